import { customerAddresses } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { ownUserId } from '../own-account.ts';
import { MAX_ADDRESSES, type SavedAddressList } from './schema.ts';
import { addressView } from './view.ts';

/** The caller's addresses, the newest first. */
export async function listAddresses(ctx: Ctx): Promise<SavedAddressList> {
  const rows = await customerAddresses.listAddresses(ctx.db, { userId: ownUserId(ctx), limit: MAX_ADDRESSES });
  return { items: rows.map(addressView) };
}
