import { apiKeys, users } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { userIdOf } from '../../../kit/actor.ts';
import { audit } from '../../../kit/audit.ts';
import { secondsAfter } from '../../../kit/clock.ts';
import { sha256Hex } from '../../../kit/ids.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse as refuseRequest } from '../../../trpc/errors.ts';
import { assertHolds } from '../../auth/index.ts';
import { newKeyText } from './key-text.ts';
import type { CreateApiKeyInput, CreatedApiKey } from './schema.ts';

const DAY_SECONDS = 86_400;

/** Makes a key for a program of the caller's. Throws `permission_not_held`. */
export function createApiKey(ctx: Ctx, input: CreateApiKeyInput): Promise<CreatedApiKey> {
  const { name, permissions, expiresInDays } = input;
  assertHolds(ctx, permissions);
  const userId = userIdOf(ctx.actor);
  return inTransaction(ctx, async (txCtx) => {
    const { tx, ids, now } = txCtx;
    const maker = userId === undefined ? undefined : await users.findUser(tx, { id: userId });
    if (maker === undefined) throw refuseRequest('forbidden');
    const { key, prefix } = newKeyText(ids);
    const id = ids.uuid(now);
    const shown = {
      id,
      name,
      prefix,
      permissions,
      createdAt: now,
      expiresAt: secondsAfter(now, expiresInDays * DAY_SECONDS),
    };
    await apiKeys.insertApiKey(tx, { ...shown, userId: maker.id, secretHash: sha256Hex(key) });
    const detail = { name, prefix, permissions, expiresAt: shown.expiresAt };
    await audit(txCtx, { action: 'api_key.created', target: `api-key:${id}`, detail });
    const createdBy = { id: maker.id, email: maker.email };
    return { key, apiKey: { ...shown, createdBy, lastUsedAt: null, revokedAt: null } };
  });
}
