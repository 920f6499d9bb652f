import { invitations, roles, users } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { permissionsMissing, permissionsOfRoles, sessionIdOf } from '../../../kit/actor.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { inputIssues, refuse as refuseRequest } from '../../../trpc/errors.ts';
import {
  assertUncommonPassword,
  endSessions,
  findOneTimeToken,
  NewPassword,
  replacePassword,
  useOneTimeToken,
} from '../../auth/index.ts';
import { refuse } from '../errors.ts';
import type { AcceptInvitationInput } from './schema.ts';

/**
 * Joins the staff by the link of an invitation, which also proves the address. An account that nobody has used gets its
 * first password; any other one has to be logged in, so that both the mailbox and the account are proven. Its other
 * sessions end. Throws `one_time_token_invalid`, `invitation_void`, `unauthenticated`, `invalid_input` without a
 * password where one is needed, `password_too_common`, `password_queue_full`, `rate_limited`.
 */
export async function acceptInvitation(ctx: Ctx, { token, password }: AcceptInvitationInput): Promise<void> {
  const found = await findOneTimeToken(ctx, { token, purpose: 'invite' });
  const { userId } = found;
  const user = await users.findUser(ctx.db, { id: userId });
  if (user === undefined || !(await invitations.findInvitation(ctx.db, { userId }))) throw refuse('invitation_void');
  const first = isUnused(user);
  if (!first) assertLoggedIn(ctx, userId);
  const passwordHash = first ? await hashOf(ctx, password) : undefined;
  await inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    const { id: linkId, user: locked } = await useOneTimeToken(txCtx, found);
    const invitation = await lockValid(txCtx, { linkId, user: locked });
    // It may have come into use meanwhile, by a link to a new password.
    if (first && !isUnused(locked)) assertLoggedIn(ctx, userId);
    for (const roleName of invitation.roles) await roles.insertUserRole(tx, { userId, roleName, now });
    await invitations.deleteInvitation(tx, { userId });
    await users.saveEmailVerified(tx, { id: userId, now });
    const exceptSessionId = sessionIdOf(ctx.actor);
    if (passwordHash !== undefined) await replacePassword(txCtx, { userId, passwordHash });
    else await endSessions(tx, { userId, ...(exceptSessionId !== undefined && { exceptSessionId }) });
    const detail = { roles: invitation.roles, invitedBy: invitation.invitedBy };
    await audit(txCtx, { action: 'staff.joined', target: `user:${userId}`, detail });
  });
  ctx.accessTokens.forgetUser(userId);
}

/**
 * Whether nobody has ever been able to log in: whoever reads mail at its address may then choose the first password,
 * as by a link to a new one. Accounts of an identity provider have a proven address.
 */
const isUnused = (user: users.UserRow): boolean => user.passwordHash === null && user.emailVerifiedAt === null;

/** Throws `unauthenticated` unless the account's owner is who asks. */
function assertLoggedIn({ actor }: Ctx, userId: string): void {
  if ((actor.kind === 'customer' || actor.kind === 'staff') && actor.userId === userId) return;
  throw refuseRequest('unauthenticated', { detail: 'The invited account has been used: log in to it first.' });
}

function hashOf(ctx: Ctx, password: string | undefined): Promise<string> {
  const parsed = NewPassword.safeParse(password);
  if (!parsed.success) {
    const issues = inputIssues(parsed.error).map((issue) => ({ ...issue, pointer: '/password' }));
    throw refuseRequest('invalid_input', { details: { issues } });
  }
  assertUncommonPassword(parsed.data);
  return ctx.passwords.hash(parsed.data);
}

/**
 * The invitation behind a link, with its roles locked. Throws `invitation_void` for one that was withdrawn or sent to
 * another address than the account has now, and for one whose inviter could not invite to these roles any more.
 */
async function lockValid(
  { tx, now }: TxCtx,
  { linkId, user }: { linkId: string; user: users.UserRow },
): Promise<invitations.InvitationRow> {
  const invitation = await invitations.lockInvitation(tx, { userId: user.id });
  if (invitation?.linkId !== linkId || invitation.email !== user.email || invitation.expiresAt <= now) {
    throw refuse('invitation_void');
  }
  const inviter = await users.findUser(tx, { id: invitation.invitedBy });
  const held = await roles.listHeldRoles(tx, { userId: invitation.invitedBy });
  const given = await roles.lockRolesToGive(tx, { names: invitation.roles });
  const needed = ['staff:write' as const, ...permissionsOfRoles(given)];
  const missing = permissionsMissing(permissionsOfRoles(held), needed);
  if (inviter?.status !== 'active' || missing.length > 0) throw refuse('invitation_void');
  return invitation;
}
