import type { AttemptRequest, PaymentProvider, ProviderResult } from './provider.ts';

const authorized = (attempt: AttemptRequest): ProviderResult => ({
  // Nothing to pay is paid; anything else is a promise (invoice, cash on delivery, bank transfer).
  status: attempt.amountMinor === 0 ? 'captured' : 'authorized',
  providerRef: `manual-${attempt.attemptId}`,
  amountMinor: attempt.amountMinor,
  currency: attempt.currency,
  attemptId: attempt.attemptId,
});

/** Payment outside the system. It decides without asking anybody, so a checkout needs one transaction only. */
export const manualProvider: PaymentProvider & { decide(attempt: AttemptRequest): ProviderResult } = {
  test: false,
  decide: authorized,
  start: async (attempt) => authorized(attempt),
  find: async (attempt) => authorized(attempt),
  cancel: async (attempt) => ({ ...authorized(attempt), status: 'voided' }),
  findRefund: async (providerRef) => ({ status: 'succeeded', providerRef }),
  refund: async (refund) => ({ status: 'succeeded', providerRef: `manual-${refund.refundId}` }),
};
