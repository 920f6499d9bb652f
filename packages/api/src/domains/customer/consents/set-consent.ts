import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { lockOwnAccount } from '../lock-account.ts';
import { listConsents } from './list-consents.ts';
import { recordConsent } from './record-consent.ts';
import type { ConsentList, SetConsentInput } from './schema.ts';

/** The caller agrees to marketing over a channel, or withdraws. Saying the same again adds nothing. */
export function setConsent(ctx: Ctx, input: SetConsentInput): Promise<ConsentList> {
  return inTransaction(ctx, async (txCtx) => {
    const { id: userId } = await lockOwnAccount(txCtx);
    await recordConsent(txCtx, { userId, ...input });
    return listConsents(ctx, txCtx.tx);
  });
}
