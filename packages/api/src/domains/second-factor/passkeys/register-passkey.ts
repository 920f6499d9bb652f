import { passkeys, secondFactors } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { announceChange } from '../announce-change.ts';
import { refuse } from '../errors.ts';
import { forgetOwnSession } from '../forget-own-session.ts';
import { findOwnAccount } from '../own-account.ts';
import { issueMissingRecoveryCodes } from '../recovery-codes/issue-recovery-codes.ts';
import type { PasskeyRegistration, RegisteredPasskey, RegisterPasskeyInput } from '../schema.ts';
import { passkeyView } from '../view.ts';
import { spendChallenge } from './challenges.ts';
import { challengeOf } from './client-data.ts';
import { type NewCredential, verifyRegistration } from './verify-passkey.ts';

const MAX_PASSKEYS = 20;

/**
 * Adds the passkey that the browser has made for {@link registrationOptions} to the caller's account. Throws
 * `passkey_not_accepted`, `passkey_exists`, `passkey_limit_reached`.
 */
export async function registerPasskey(ctx: Ctx, input: RegisterPasskeyInput): Promise<RegisteredPasskey> {
  const { id: userId } = await findOwnAccount(ctx);
  const credential = await readCredential(ctx, { userId, response: input.passkey });
  const added = await inTransaction(ctx, async (txCtx) => {
    const { tx, ids, now } = txCtx;
    await secondFactors.lockFactors(tx, { userId });
    const { passkeyCount } = await secondFactors.findFactors(tx, { userId });
    if (passkeyCount >= MAX_PASSKEYS) throw refuse('passkey_limit_reached');
    const passkey = { ...credential, id: ids.uuid(now), userId, name: input.name, createdAt: now };
    if (!(await passkeys.insertPasskey(tx, passkey))) throw refuse('passkey_exists');
    await announceChange(txCtx, { userId, change: 'passkey_added' });
    const recoveryCodes = await issueMissingRecoveryCodes(txCtx, userId);
    return { passkey: passkeyView({ ...passkey, lastUsedAt: null }), recoveryCodes };
  });
  forgetOwnSession(ctx);
  return added;
}

async function readCredential(
  ctx: Ctx,
  { userId, response }: { userId: string; response: PasskeyRegistration },
): Promise<NewCredential> {
  const challenge = challengeOf(response.response.clientDataJSON);
  const ours = challenge !== undefined && (await spendChallenge(ctx, challenge, { purpose: 'register', userId }));
  if (!ours) throw refuse('passkey_not_accepted');
  try {
    return await verifyRegistration(ctx, response, challenge);
  } catch (cause) {
    throw refuse('passkey_not_accepted', { cause });
  }
}
