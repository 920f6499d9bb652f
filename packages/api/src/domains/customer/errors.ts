import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const customerErrors = {
  customer_not_found: { kind: 'not_found', title: 'There is no such customer.' },
  customer_exists: { kind: 'conflict', title: 'The email address has an account already.' },
  customer_disabled: { kind: 'conflict', title: 'The account is disabled.' },
  address_not_found: { kind: 'not_found', title: 'There is no such address, or it is not yours.' },
  address_limit_reached: { kind: 'rule_violated', title: 'The account has as many addresses as it can have.' },
  payment_method_not_found: { kind: 'not_found', title: 'There is no such payment method, or it is not yours.' },
  payment_method_refused: {
    kind: 'rule_violated',
    title: 'The payment provider does not know this payment method, or does not let the account have it.',
  },
  payment_method_limit_reached: {
    kind: 'rule_violated',
    title: 'The account has as many payment methods as it can have.',
  },
  card_number_refused: {
    kind: 'invalid_input',
    title: 'This looks like the number of a card; send what the payment provider calls it.',
  },
  customer_group_not_found: { kind: 'not_found', title: 'There is no such group of customers.' },
  customer_group_taken: { kind: 'conflict', title: 'The code or the name of the group is in use.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(customerErrors);
