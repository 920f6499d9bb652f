import Stripe from 'stripe';
import { type KeptPaymentMethod, type PaymentVault, ProviderUnavailableError } from './provider.ts';

const REFERENCE = /^pm_\w{1,190}$/;

function fromPaymentMethod({ id, type, customer, card }: Stripe.PaymentMethod): KeptPaymentMethod {
  return {
    reference: id,
    customerRef: typeof customer === 'string' ? customer : (customer?.id ?? null),
    type,
    brand: card?.brand ?? null,
    last4: card?.last4 ?? null,
    expiresMonth: card?.exp_month ?? null,
    expiresYear: card?.exp_year ?? null,
  };
}

const unavailable = (cause: unknown) => new ProviderUnavailableError('Stripe did not answer', { cause });

/** Asks Stripe; undefined when it refuses what it was asked, as for something it does not have. */
async function ask<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    const refused = error instanceof Stripe.errors.StripeInvalidRequestError;
    if (refused || error instanceof Stripe.errors.StripeCardError) return undefined;
    throw unavailable(error);
  }
}

/** PaymentMethods attached to one Customer an account, which knows nothing of it but our id. */
export function createStripeVault(stripe: Stripe): PaymentVault {
  return {
    async createCustomer(userId) {
      const params = { metadata: { user_id: userId } };
      const made = await ask(stripe.customers.create(params, { idempotencyKey: `customer:${userId}` }));
      if (!made) throw unavailable(undefined);
      return made.id;
    },
    async find(reference) {
      const found = REFERENCE.test(reference) ? await ask(stripe.paymentMethods.retrieve(reference)) : undefined;
      return found && fromPaymentMethod(found);
    },
    async attach(reference, customer) {
      const attached = await ask(stripe.paymentMethods.attach(reference, { customer }));
      return attached && fromPaymentMethod(attached);
    },
    async detach(reference) {
      await ask(stripe.paymentMethods.detach(reference));
    },
  };
}
