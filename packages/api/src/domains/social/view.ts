import type { identities } from '@cartwright/db';
import type { IdentityProviders } from './providers/identity-provider.ts';
import type { Identity } from './schema.ts';

/** What a person sees of an identity of theirs: neither the subject nor what it is kept under. */
export function toIdentity(row: identities.IdentityRow, providers: IdentityProviders): Identity {
  const { id, email, createdAt, lastUsedAt } = row;
  const provider = [...providers.values()].find(({ key }) => key === row.provider)?.name ?? null;
  return { id, provider, email, createdAt, lastUsedAt };
}
