import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const catalogErrors = {
  category_unknown: { kind: 'invalid_input', title: 'The store has no such category.' },
  currency_unknown: { kind: 'invalid_input', title: 'The store does not sell in this currency.' },
  tax_class_unknown: { kind: 'invalid_input', title: 'The store has no such tax class.' },
  attribute_unknown: { kind: 'invalid_input', title: 'The store has no attribute of this code.' },
  attribute_value_invalid: { kind: 'invalid_input', title: 'The value does not fit the type of its attribute.' },
  options_mismatch: { kind: 'invalid_input', title: 'The variants do not fit the options of the product.' },
  product_not_found: { kind: 'not_found', title: 'There is no such product for sale.' },
  product_variant_not_found: { kind: 'not_found', title: 'The product has no such variant.' },
  attribute_taken: { kind: 'conflict', title: 'The code of the attribute is in use or reserved.' },
  slug_taken: { kind: 'conflict', title: 'The slug is in use.' },
  sku_taken: { kind: 'conflict', title: 'The SKU is in use.' },
  category_name_taken: { kind: 'conflict', title: 'The parent has a category of this name already.' },
  import_not_found: { kind: 'not_found', title: 'There is no such import.' },
  import_completed: { kind: 'conflict', title: 'The import has been finished.' },
  import_batch_mismatch: { kind: 'conflict', title: 'The batch is in already, with other rows.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(catalogErrors);
