import { signingKeys } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { audit } from '../../kit/audit.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { ACTIVATION_MS } from './key-life.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import type { RotateSigningKeysInput } from './schema.ts';

/**
 * Makes a new signing key and retires the others: they sign until everybody knows the new one, and verify until their
 * tokens have expired, so that nobody notices. In an emergency the others are revoked: every access token is dead
 * within five seconds everywhere, and clients renew theirs; with `endSessions` nobody can, and everybody logs in again.
 */
export async function rotateSigningKeys(
  ctx: Ctx,
  { emergency = false, endSessions = false }: RotateSigningKeysInput,
): Promise<{ kid: string; sessionsEnded: number }> {
  const key = await ctx.accessTokens.makeKey();
  const { kid } = key;
  const sessionsEnded = await inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    await signingKeys.lockSigningKeys(tx);
    if (emergency) await signingKeys.saveRevocation(tx, { revokedAt: now });
    else await signingKeys.saveRetirement(tx, { retiredAt: new Date(now.getTime() + ACTIVATION_MS) });
    await signingKeys.insertSigningKey(tx, key);
    const ended = endSessions ? await luciaSessionStore.endEverybodys(tx) : 0;
    const detail = { emergency, endSessions, sessionsEnded: ended };
    await audit(txCtx, { action: 'signing_keys.rotated', target: `signing-key:${kid}`, detail });
    return ended;
  });
  ctx.accessTokens.forgetAll();
  return { kid, sessionsEnded };
}
