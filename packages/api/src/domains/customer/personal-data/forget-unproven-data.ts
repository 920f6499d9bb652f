import { customerAddresses, marketingConsents, savedPaymentMethods } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { recordConsent } from '../consents/record-consent.ts';
import { announceRemoved } from '../payment-methods/announce-removed.ts';
import { MAX_PAYMENT_METHODS } from '../payment-methods/schema.ts';

/**
 * Forgets what a stranger may have added to a locked account before the owner of its address proved to be one: where
 * things would go, how they would be paid. What was agreed to in the owner's name is withdrawn.
 */
export async function forgetUnprovenData(ctx: TxCtx, { userId }: { userId: string }): Promise<void> {
  const { tx } = ctx;
  await forgetPaymentMethods(ctx, { userId });
  await customerAddresses.deleteAddresses(tx, { userId });
  for (const { channel } of await marketingConsents.listCurrentConsents(tx, { userId })) {
    await recordConsent(ctx, { userId, channel, source: 'account', granted: false });
  }
}

/** Forgets how a person pays; payment providers are told soon. */
export async function forgetPaymentMethods(ctx: TxCtx, { userId }: { userId: string }): Promise<void> {
  const query = { userId, limit: MAX_PAYMENT_METHODS };
  for (const method of await savedPaymentMethods.listSavedPaymentMethods(ctx.tx, query)) {
    await announceRemoved(ctx, method);
  }
  await savedPaymentMethods.deletePaymentCustomers(ctx.tx, { userId });
}
