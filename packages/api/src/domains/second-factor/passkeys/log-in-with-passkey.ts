import { users } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { deliverSession, type LoginResult, signIn } from '../../auth/index.ts';
import { refuse } from '../errors.ts';
import type { PasskeyLoginInput } from '../schema.ts';
import { provePasskey } from './prove-passkey.ts';

/**
 * Opens a session by a passkey alone: the device is one factor, and that it knows its owner is the other. Throws
 * `passkey_invalid`, also for an account that is disabled.
 */
export function logInWithPasskey(ctx: Ctx, { passkey, session }: PasskeyLoginInput): Promise<LoginResult> {
  return deliverSession(ctx, session, async () => {
    const { userId, amr, spend } = await provePasskey(ctx, passkey, { purpose: 'log_in', userId: null });
    const user = await users.findUser(ctx.db, { id: userId });
    if (user?.status !== 'active') throw refuse('passkey_invalid');
    return signIn(ctx, { user, amr: [...amr, 'mfa'], also: spend });
  });
}
