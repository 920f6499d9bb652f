import { identities, users } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { sha256Hex } from '../../../kit/ids.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { EmailAddress } from '../../auth/index.ts';
import { refuse } from '../errors.ts';
import type { Identity, LinkInput } from '../schema.ts';
import { spend } from '../spend.ts';
import { toIdentity } from '../view.ts';
import { openLinkProof, PROOF_SECONDS } from './link-proof.ts';
import { ownSession } from './own-session.ts';

/**
 * Links an identity to the account that is logged in. Both sides are proven: the account by the session, which must
 * be the one that began the linking, and the identity by what its provider's answer was turned into. Throws
 * `link_ticket_invalid`, `identity_taken`, `account_disabled`, `link_needs_verified_email`.
 */
export async function linkIdentity(ctx: Ctx, input: LinkInput): Promise<Identity> {
  const { userId, sessionId } = ownSession(ctx);
  const proof = openLinkProof(ctx, input.linkProof);
  if (proof?.userId !== userId || proof.sessionId !== sessionId) throw refuse('link_ticket_invalid');
  const isFirst = await spend(ctx, { id: sha256Hex(proof.id), seconds: PROOF_SECONDS });
  if (!isFirst) throw refuse('link_ticket_invalid');

  const { provider, subject } = proof.identity;
  const email = EmailAddress.safeParse(proof.identity.email).data ?? null;
  const row = await inTransaction(ctx, async ({ tx, ids, now }) => {
    const user = await users.lockUser(tx, { id: userId });
    if (user?.status !== 'active') throw refuse('account_disabled');
    if (user.emailVerifiedAt === null) throw refuse('link_needs_verified_email');
    const link = { id: ids.uuid(now), provider, subject, userId, email, createdAt: now, lastUsedAt: null };
    if (await identities.insertIdentity(tx, link)) return link;
    const known = await identities.findIdentity(tx, { provider, subject });
    if (known?.userId !== userId) throw refuse('identity_taken');
    return known;
  });
  return toIdentity(row, ctx.identityProviders);
}
