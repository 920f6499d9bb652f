import { z } from 'zod';
import type { Ctx } from '../../../context.ts';
import { equalSecrets, sha256Hex } from '../../../kit/ids.ts';
import { refuse } from '../errors.ts';
import { openNote, sealNote } from '../note.ts';
import { spend } from '../spend.ts';

/** How long a person may take at the provider. */
export const SIGN_IN_SECONDS = 600;

const PendingSignIn = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  /** Where the browser is sent at the end, a login in cookies; without it, it is answered. */
  returnTo: z.string().optional(),
  /** The account and the session that the identity is to be linked to; without it, this is a login. */
  link: z.object({ userId: z.string(), sessionId: z.string() }).optional(),
});
/** A sign-in between leaving for the provider and coming back. */
export type PendingSignIn = z.infer<typeof PendingSignIn>;

const about = (provider: string) => `sign-in ${provider}`;

/** Text for a cookie of the browser that leaves. */
export function sealPendingSignIn(ctx: Ctx, provider: string, pending: PendingSignIn): string {
  return sealNote(ctx, about(provider), { content: pending, seconds: SIGN_IN_SECONDS });
}

/**
 * The sign-in that a browser comes back to, once: it is spent, whatever comes of it. Throws `oauth_state_invalid`
 * when it was not begun in this browser with this provider, is too old or was finished before.
 */
export async function resumeSignIn(
  ctx: Ctx,
  { provider, cookie, state = '' }: { provider: string; cookie: string | undefined; state: string | undefined },
): Promise<PendingSignIn> {
  const pending = openNote(ctx, about(provider), { text: cookie ?? '', shape: PendingSignIn });
  if (pending === undefined || !equalSecrets(state, pending.state)) throw refuse('oauth_state_invalid');
  const isFirst = await spend(ctx, { id: sha256Hex(state), seconds: SIGN_IN_SECONDS });
  if (!isFirst) throw refuse('oauth_state_invalid');
  return pending;
}
