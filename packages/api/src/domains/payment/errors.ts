import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const paymentErrors = {
  payment_declined: {
    kind: 'payment_declined',
    title: 'The payment was declined; the cart is still open for another try.',
  },
  payment_provider_unavailable: {
    kind: 'rule_violated',
    title: 'This store does not take payments through that provider.',
  },
  payment_provider_unreachable: {
    kind: 'upstream_unavailable',
    title: 'The payment provider does not answer right now.',
  },
  webhook_signature_invalid: {
    kind: 'invalid_input',
    title: 'The signature of the event is missing, wrong or too old.',
  },
  webhook_disabled: { kind: 'not_found', title: 'This store does not receive events of that provider.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(paymentErrors);
