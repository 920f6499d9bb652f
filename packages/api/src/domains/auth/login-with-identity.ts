import { identities, type Tx, users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { text } from '../../kit/text.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { refuse } from './errors.ts';
import type { IssuedSession } from './issue-tokens.ts';
import { EmailAddress } from './schema.ts';
import { signIn } from './sign-in.ts';

/** What an identity provider says of a person, its signature having been checked. */
export interface ProvenIdentity {
  /** Names the issuer: a subject means something to its issuer only. */
  provider: string;
  subject: string;
  email: string | undefined;
  emailVerified: boolean;
  name: string | undefined;
}

/**
 * Opens a session for a person whom an identity provider vouches for; the first time, makes their account. Throws
 * `email_not_verified`, `account_exists` when the address has an account that is not linked to this identity (linking
 * needs proof of both sides), `credentials_invalid` when the account is disabled.
 */
export async function loginWithIdentity(ctx: Ctx, identity: ProvenIdentity): Promise<IssuedSession> {
  const user = await inTransaction(
    ctx,
    async ({ tx, ids, now }) =>
      (await findLinked(tx, identity)) ?? (await createLinked(tx, { identity, id: ids.uuid(now), now })),
  );
  if (user.status !== 'active') throw refuse('credentials_invalid');
  return signIn(ctx, { user, amr: ['fed'] });
}

async function findLinked(tx: Tx, { provider, subject }: ProvenIdentity): Promise<users.UserRow | undefined> {
  const linked = await identities.findIdentity(tx, { provider, subject });
  return linked && users.findUser(tx, { id: linked.userId });
}

async function createLinked(
  tx: Tx,
  { identity, id, now }: { identity: ProvenIdentity; id: string; now: Date },
): Promise<users.UserRow> {
  const { provider, subject } = identity;
  const email = EmailAddress.safeParse(identity.email).data;
  if (!identity.emailVerified || email === undefined) throw refuse('email_not_verified');
  const name = text(200).safeParse(identity.name?.trim()).data ?? null;
  const account = { id, email, name, passwordHash: null, emailVerifiedAt: now };
  if (await users.insertUser(tx, { ...account, now })) {
    await identities.insertIdentity(tx, { provider, subject, userId: id, createdAt: now });
    return { ...account, roles: [], passwordVersion: 1, status: 'active', createdAt: now };
  }
  // The address was taken: by the same person's parallel sign-in, or by an account that is not linked.
  const linked = await findLinked(tx, identity);
  if (linked === undefined) throw refuse('account_exists');
  return linked;
}
