import {
  apiKeys,
  identities,
  invitations,
  oneTimeTokens,
  passkeys,
  secondFactors,
  sessions,
  users,
} from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { userIdOf } from '../../../kit/actor.ts';
import { instantOfSeconds } from '../../../kit/clock.ts';
import { refuse } from '../../../trpc/errors.ts';
import { listPersonalData } from '../../customer/index.ts';
import { listReviewsOf } from '../../review/index.ts';
import { exportAudit, exportCarts, exportOrders } from './export-lists.ts';
import type { AccountExport } from './schema.ts';

/** Everything that is stored of the caller. Throws `unauthenticated` when the account is gone. */
export async function exportAccount(ctx: Ctx): Promise<AccountExport> {
  const id = userIdOf(ctx.actor);
  const user = id === undefined ? undefined : await users.findUser(ctx.db, { id });
  if (user === undefined) throw refuse('unauthenticated');
  const { id: userId, email, emailVerifiedAt, name, status, passwordHash, roles, createdAt } = user;
  const data = await listPersonalData(ctx.db, { userId });
  if (data === undefined) throw refuse('unauthenticated');
  const { addresses, consents, groups, paymentMethods, seenByStaff, profile } = data;
  const { phone, locale, currency } = profile;
  const invitation = await invitations.findInvitation(ctx.db, { userId });
  const { totpConfirmedAt, recoveryCodesLeft } = await secondFactors.findFactors(ctx.db, { userId });
  const keys = await apiKeys.listUserApiKeys(ctx.db, { userId });
  return {
    exportedAt: ctx.now,
    account: {
      id: userId,
      email,
      emailVerifiedAt,
      name,
      phone,
      locale,
      currency,
      status,
      hasPassword: passwordHash !== null,
      roles,
      createdAt,
    },
    addresses,
    consents,
    groups,
    paymentMethods,
    seenByStaff,
    sessions: await exportSessions(ctx, userId),
    identities: (await identities.listIdentities(ctx.db, { userId })).map((row) => ({
      provider: row.provider,
      subject: row.subject,
      email: row.email,
      createdAt: row.createdAt,
      lastUsedAt: row.lastUsedAt,
    })),
    authenticatorAppSince: totpConfirmedAt,
    recoveryCodesLeft,
    passkeys: (await passkeys.listPasskeys(ctx.db, { userId })).map((row) => ({
      name: row.name,
      credentialId: row.credentialId,
      transports: row.transports,
      backedUp: row.backedUp,
      createdAt: row.createdAt,
      lastUsedAt: row.lastUsedAt,
    })),
    links: (await oneTimeTokens.listUserOneTimeTokens(ctx.db, { userId })).map((row) => ({
      purpose: row.purpose,
      detail: row.payload,
      createdAt: row.createdAt,
      expiresAt: row.expiresAt,
      usedAt: row.usedAt,
    })),
    orders: await exportOrders(ctx, { userId, email: emailVerifiedAt === null ? null : email }),
    carts: await exportCarts(ctx, userId),
    reviews: await listReviewsOf(ctx.db, { userId }),
    apiKeys: keys.map(({ id: _id, userId: _user, ...key }) => key),
    invitation: invitation
      ? {
          email: invitation.email,
          roles: invitation.roles,
          createdAt: invitation.createdAt,
          expiresAt: invitation.expiresAt,
        }
      : null,
    audit: await exportAudit(ctx, userId),
  };
}

async function exportSessions(ctx: Ctx, userId: string): Promise<AccountExport['sessions']> {
  // Those that have ended by themselves are stored until housekeeping comes.
  const always = instantOfSeconds(0);
  const rows = await sessions.listUserSessions(ctx.db, { userId, now: always, idleSince: always });
  return rows.map(({ userAgent, address, amr, createdAt, rotatedAt, expiresAt }) => ({
    userAgent,
    address,
    amr,
    createdAt,
    lastUsedAt: rotatedAt,
    expiresAt,
  }));
}
