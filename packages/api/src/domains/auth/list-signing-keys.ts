import { signingKeys } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { RETIRED_KEY_LIFE_MS, signersAmong } from './key-life.ts';
import type { SigningKey } from './schema.ts';

/** The signing keys, newest first, and what each of them is good for now. */
export async function listSigningKeys({ db, now }: Pick<Ctx, 'db' | 'now'>): Promise<SigningKey[]> {
  const keys = await signingKeys.listEverySigningKey(db);
  const signing = signersAmong(
    keys.filter(({ revokedAt }) => revokedAt === null),
    now,
  );
  const stateOf = (key: (typeof keys)[number]): SigningKey['state'] => {
    if (key.revokedAt !== null) return 'revoked';
    if (key === signing[0]) return 'signing';
    if (signing.includes(key)) return 'next';
    const retiredMs = now.getTime() - (key.retiredAt?.getTime() ?? 0);
    return retiredMs < RETIRED_KEY_LIFE_MS ? 'verifying' : 'retired';
  };
  return keys.map((key) => ({ ...key, state: stateOf(key) }));
}
