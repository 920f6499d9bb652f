import type { passkeys } from '@cartwright/db';
import type { Passkey } from './schema.ts';

export function passkeyView(row: passkeys.PasskeyRow): Passkey {
  const { id, name, backedUp, createdAt, lastUsedAt } = row;
  return { id, name, backedUp, createdAt, lastUsedAt };
}
