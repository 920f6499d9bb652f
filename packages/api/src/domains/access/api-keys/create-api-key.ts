import { apiKeys } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { secondsAfter } from '../../../kit/clock.ts';
import { sha256Hex } from '../../../kit/ids.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { assertHolds } from '../../auth/index.ts';
import { findActingUser } from '../find-acting-user.ts';
import { newKeyText } from './key-text.ts';
import type { CreateApiKeyInput, CreatedApiKey } from './schema.ts';

const DAY_SECONDS = 86_400;

/** Makes a key for a program of the caller's. Throws `permission_not_held`. */
export function createApiKey(ctx: Ctx, input: CreateApiKeyInput): Promise<CreatedApiKey> {
  const { name, permissions, expiresInDays } = input;
  return inTransaction(ctx, async (txCtx) => {
    const { tx, ids, now } = txCtx;
    assertHolds(txCtx, permissions);
    const maker = await findActingUser(tx, ctx.actor);
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
