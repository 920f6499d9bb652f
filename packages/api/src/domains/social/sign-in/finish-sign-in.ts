import type { Ctx } from '../../../context.ts';
import { deliverSession, type LoginResult } from '../../auth/index.ts';
import { sealLinkProof } from '../identities/link-proof.ts';
import type { AuthorizationAnswer, IdentityProvider } from '../providers/identity-provider.ts';
import { loginWithIdentity } from './login-with-identity.ts';
import type { PendingSignIn } from './pending-sign-in.ts';

/** What came of a sign-in: a session, or the proof of an identity for the session that asked for it. */
export type FinishedSignIn = { login: LoginResult } | { linkProof: string };

/**
 * Asks the provider who has come back, and logs them in, with cookies where the browser goes on to a page, or proves
 * it to the session that is linking. Throws what `identify` and `loginWithIdentity` throw.
 */
export async function finishSignIn(
  ctx: Ctx,
  provider: IdentityProvider,
  { pending, answer }: { pending: PendingSignIn; answer: AuthorizationAnswer },
): Promise<FinishedSignIn> {
  const identity = await provider.identify(pending, answer);
  if (pending.link) return { linkProof: sealLinkProof(ctx, { ...pending.link, identity }) };
  const mode = pending.returnTo === undefined ? 'bearer' : 'cookie';
  return { login: await deliverSession(ctx, mode, () => loginWithIdentity(ctx, identity)) };
}
