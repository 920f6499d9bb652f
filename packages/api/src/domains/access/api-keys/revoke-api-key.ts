import { apiKeys } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { type Permission, permissions, userIdOf } from '../../../kit/actor.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { assertHolds } from '../../auth/index.ts';
import { refuse } from '../errors.ts';
import type { RevokeApiKeyInput } from './schema.ts';

/**
 * Ends a key: it is refused at once here and within five seconds everywhere. Ending one twice changes nothing. Throws
 * `api_key_not_found`, and `permission_not_held` for somebody else's that can do what the caller cannot.
 */
export async function revokeApiKey(ctx: Ctx, { apiKeyId: id }: RevokeApiKeyInput): Promise<void> {
  await inTransaction(ctx, async (txCtx) => {
    const { tx, now, actor } = txCtx;
    const key = await apiKeys.lockApiKey(tx, { id });
    if (key === undefined) throw refuse('api_key_not_found');
    if (key.userId !== userIdOf(actor)) assertHolds(txCtx, permissionsOfKey(key));
    if (key.revokedAt !== null) return;
    await apiKeys.saveApiKeyRevoked(tx, { id, now });
    const { name, prefix } = key;
    await audit(txCtx, { action: 'api_key.revoked', target: `api-key:${id}`, detail: { name, prefix } });
  });
  ctx.apiKeys.forget(id);
}

/** Permissions of another release are left out. */
function permissionsOfKey(key: apiKeys.ApiKeyRow): Permission[] {
  return permissions.filter((permission) => key.permissions.includes(permission));
}
