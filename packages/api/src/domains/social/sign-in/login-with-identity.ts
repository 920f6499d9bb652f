import { identities, type Tx, users } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { text } from '../../../kit/text.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { EmailAddress, type IssuedSession, signIn } from '../../auth/index.ts';
import { refuse } from '../errors.ts';
import type { ProvenIdentity } from '../providers/identity-provider.ts';
import { sealSignUp } from '../sign-up/sign-up-note.ts';

/**
 * Opens a session for a person whom an identity provider vouches for; the first time, makes their account. Throws
 * `email_not_verified` (details: what a sign-up by a code needs), `account_exists` when the address has an account that
 * is not linked to this identity (linking needs proof of both sides), `identity_taken` when it was linked elsewhere
 * meanwhile, `account_disabled`, and what `signIn` throws.
 */
export async function loginWithIdentity(ctx: Ctx, identity: ProvenIdentity): Promise<IssuedSession> {
  const email = EmailAddress.safeParse(identity.email).data;
  const user = await inTransaction(ctx, async (txCtx) => {
    const linked = await findLinked(txCtx.tx, identity);
    if (linked) return linked;
    if (email !== undefined && identity.emailVerified) return createLinked(txCtx, { identity, email });
    const details = { signUp: sealSignUp(ctx, identity), ...(email !== undefined && { email }) };
    throw refuse('email_not_verified', { details });
  });
  if (user.status !== 'active') throw refuse('account_disabled');
  return signIn(ctx, { user, amr: ['fed'], also: (txCtx) => noteUse(txCtx, user.id, identity) });
}

/** The account is locked by now, as unlinking locks it: an identity that was unlinked meanwhile opens nothing. */
async function noteUse({ tx, now }: TxCtx, userId: string, { provider, subject }: ProvenIdentity): Promise<void> {
  const use = { provider, subject, userId, lastUsedAt: now };
  if (!(await identities.saveIdentityUse(tx, use))) throw refuse('oauth_code_invalid');
}

async function findLinked(tx: Tx, { provider, subject }: ProvenIdentity): Promise<users.UserRow | undefined> {
  const linked = await identities.findIdentity(tx, { provider, subject });
  return linked && users.findUser(tx, { id: linked.userId });
}

/** A new account of a verified address, without a password. */
async function createLinked(
  { tx, ids, now }: TxCtx,
  { identity, email }: { identity: ProvenIdentity; email: string },
): Promise<users.UserRow> {
  const { provider, subject } = identity;
  const name = text(200).safeParse(identity.name?.trim()).data ?? null;
  const account = { id: ids.uuid(now), email, name, passwordHash: null, emailVerifiedAt: now };
  if (await users.insertUser(tx, { ...account, now })) {
    const link = { id: ids.uuid(now), provider, subject, userId: account.id, email, createdAt: now, lastUsedAt: now };
    if (!(await identities.insertIdentity(tx, link))) throw refuse('identity_taken');
    return { ...account, roles: [], passwordVersion: 1, status: 'active', createdAt: now };
  }
  // The address was taken: by the same person's parallel sign-in, or by an account that is not linked.
  const linked = await findLinked(tx, identity);
  if (linked === undefined) throw refuse('account_exists');
  return linked;
}
