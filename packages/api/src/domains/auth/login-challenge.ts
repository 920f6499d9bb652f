import { users } from '@cartwright/db';
import { z } from 'zod';
import type { Ctx } from '../../context.ts';
import { secondsAfter } from '../../kit/clock.ts';
import { createSealer } from '../../kit/seal.ts';
import { refuse } from './errors.ts';

/** How long a person may take to prove the second factor. */
const LIFE_SECONDS = 300;
const PLACE = 'log-in';

const Sealed = z.object({
  userId: z.string(),
  passwordVersion: z.int(),
  amr: z.array(z.string()),
  expiresAt: z.number(),
});

const sealerOf = ({ config, ids }: Ctx) =>
  createSealer({ secret: config.authSecret, purpose: 'cartwright login challenges', ids });

/** Text that says who has proven the first factor, and how. It opens nothing by itself. */
export function sealLoginChallenge(
  ctx: Ctx,
  { user, amr }: { user: Pick<users.UserRow, 'id' | 'passwordVersion'>; amr: readonly string[] },
): string {
  const { id: userId, passwordVersion } = user;
  const expiresAt = secondsAfter(ctx.now, LIFE_SECONDS).getTime();
  return sealerOf(ctx).seal(JSON.stringify({ userId, passwordVersion, amr, expiresAt }), PLACE);
}

/**
 * Whose log-in it is that waits for the second factor. Throws `login_challenge_invalid` when it has waited too long, the
 * password has changed or the account is closed.
 */
export async function openLoginChallenge(ctx: Ctx, text: string): Promise<{ user: users.UserRow; amr: string[] }> {
  const opened = sealerOf(ctx).open(text, PLACE);
  const sealed = opened === undefined ? undefined : Sealed.parse(JSON.parse(opened));
  if (sealed === undefined || sealed.expiresAt <= ctx.now.getTime()) throw refuse('login_challenge_invalid');
  const user = await users.findUser(ctx.db, { id: sealed.userId });
  if (user?.status !== 'active' || user.passwordVersion !== sealed.passwordVersion) {
    throw refuse('login_challenge_invalid');
  }
  return { user, amr: sealed.amr };
}
