import type { TxCtx } from '../../context.ts';
import { forgetApiKeys } from '../access/index.ts';
import { forgetFactors } from '../second-factor/index.ts';
import { forgetIdentities } from '../social/index.ts';

/** Takes away whatever opens an account but its password: linked identities, second factors, API keys. */
export async function dropAccess(ctx: TxCtx, userId: string): Promise<void> {
  await forgetIdentities(ctx.tx, { userId });
  await forgetFactors(ctx, userId);
  await forgetApiKeys(ctx.tx, { userId });
}
