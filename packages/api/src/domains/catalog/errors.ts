import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const catalogErrors = {
  category_unknown: { kind: 'invalid_input', title: 'The store has no such category.' },
  category_not_found: { kind: 'not_found', title: 'There is no such category.' },
  category_order_invalid: { kind: 'invalid_input', title: 'The order must name every child of the category once.' },
  category_cycle: { kind: 'rule_violated', title: 'A category cannot be below itself.' },
  category_too_deep: { kind: 'rule_violated', title: 'The tree would be more than 20 levels deep.' },
  category_not_empty: { kind: 'conflict', title: 'The category has products or categories in it.' },
  locale_unknown: { kind: 'invalid_input', title: 'The store does not have this locale.' },
  locales_full: { kind: 'rule_violated', title: 'A store has at most 100 locales.' },
  locale_required: { kind: 'rule_violated', title: 'The default locale of the store stays.' },
  shipping_profile_unknown: { kind: 'invalid_input', title: 'The store has no such shipping profile.' },
  currency_unknown: { kind: 'invalid_input', title: 'The store does not sell in this currency.' },
  tax_class_unknown: { kind: 'invalid_input', title: 'The store has no such tax class.' },
  attribute_unknown: { kind: 'invalid_input', title: 'The store has no attribute of this code.' },
  attribute_value_invalid: { kind: 'invalid_input', title: 'The value does not fit the type of its attribute.' },
  attribute_not_found: { kind: 'not_found', title: 'There is no attribute of this code.' },
  attribute_not_effective: {
    kind: 'invalid_input',
    title: 'The attribute is not one of the categories of the product.',
  },
  attribute_required: { kind: 'invalid_input', title: 'A required attribute has no value.' },
  attribute_in_use: { kind: 'conflict', title: 'Products have values that the change does not allow.' },
  attribute_definition_invalid: {
    kind: 'invalid_input',
    title: 'The definition does not fit the type of the attribute.',
  },
  options_mismatch: { kind: 'invalid_input', title: 'The variants do not fit the options of the product.' },
  media_unknown: { kind: 'invalid_input', title: 'The store has no such picture.' },
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
