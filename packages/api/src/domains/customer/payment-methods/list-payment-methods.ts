import { type Reader, savedPaymentMethods } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { ownUserId } from '../own-account.ts';
import { MAX_PAYMENT_METHODS, type SavedPaymentMethodList } from './schema.ts';
import { paymentMethodView } from './view.ts';

/** What payment providers keep for the caller, the newest first. */
export async function listPaymentMethods(
  ctx: Pick<Ctx, 'actor' | 'db' | 'now'>,
  reader: Reader = ctx.db,
): Promise<SavedPaymentMethodList> {
  const query = { userId: ownUserId(ctx), limit: MAX_PAYMENT_METHODS };
  const rows = await savedPaymentMethods.listSavedPaymentMethods(reader, query);
  return { items: rows.map((row) => paymentMethodView(row, ctx.now)) };
}
