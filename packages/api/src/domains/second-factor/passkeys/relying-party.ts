import { store } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';

/** How long a person may take with the authenticator. */
export const CHALLENGE_SECONDS = 300;

/** Algorithms that we verify (COSE): ES256, EdDSA, RS256. */
export const ALGORITHMS = [-7, -8, -257];

/** Who we are to authenticators. */
export async function relyingParty(ctx: Ctx): Promise<{ id: string; name: string }> {
  const shop = await store.findStore(ctx.db);
  return { id: ctx.config.webauthn.rpId, name: shop?.name ?? 'Cartwright' };
}

/** What an authenticator keeps the account under; it comes back with the answer of a passkey that names its account. */
export const userHandleOf = (userId: string): string => Buffer.from(userId).toString('base64url');
