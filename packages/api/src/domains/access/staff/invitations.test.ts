import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ctx } from '../../../context.ts';
import type { Permission } from '../../../kit/actor.ts';
import { appRouter } from '../../../root.ts';
import { insertTestRole, openAccount, openStaff, TEST_PASSWORD } from '../../../testing/accounts.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { accountRows, takeMails, tokenIn } from '../../../testing/mailbox.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime({ env: { STOREFRONT_URL: 'https://shop.example', LIMIT_AUTH_PER_MINUTE: '0' } });
});
afterAll(() => runtime.dispose());

let owner: Awaited<ReturnType<typeof staffWith>>;
let support: string;
beforeEach(async () => {
  await querySql(runtime.databaseUrl, 'delete from users');
  owner = await staffWith({ roleNames: ['administrator'] });
  support = await insertTestRole(runtime, ['orders:read']);
});

async function staffWith(options: { permissions?: readonly Permission[]; roleNames?: readonly string[] }) {
  const staff = await openStaff(runtime, options);
  return { ...staff, api: appRouter.createCaller(staff.ctx).access };
}

const guest = () => makeCtx(runtime, { clientAddress: '192.0.2.7' });
const accept = (input: { token: string; password?: string }, ctx: Ctx = guest()) =>
  appRouter.createCaller(ctx).access.acceptInvitation(input);
const logIn = (email: string, password: string) => appRouter.createCaller(guest()).auth.login({ email, password });
const loggedIn = async (accessToken: string) =>
  makeCtx(runtime, { actor: (await runtime.accessTokens.verify(accessToken)) ?? { kind: 'guest' } });

/** Invites, reads the mail, answers the token in it. */
async function invite(email: string, by = owner, roles = [support]) {
  const member = await by.api.inviteStaff({ email, roles });
  const mails = await takeMails(runtime);
  return { id: member.id, mails, token: tokenIn(mails) };
}

async function auditOf(id: string) {
  const select = `select action, actor, detail from audit_log where target = $1 order by id`;
  return querySql(runtime.databaseUrl, select, [`user:${id}`]);
}

const rolesOf = (id: string) =>
  querySql(runtime.databaseUrl, 'select role_name from user_roles where user_id = $1', [id]);
const refusal = (code: string, details?: object) => ({ cause: { code, ...(details && { details }) } });
const PASSWORD = 'a password of my own choice';

describe('somebody without an account', () => {
  test('is invited by a mail that says who invites, and is staff with a password of their own after accepting', async () => {
    const email = 'grace@example.com';
    const invited = await owner.api.inviteStaff({ email: ' Grace@Example.com', name: 'Grace', roles: [support] });
    expect(invited).toMatchObject({
      email,
      name: 'Grace',
      roles: [],
      invitation: { roles: [support], invitedBy: { id: owner.id, email: owner.email } },
    });
    await expect(logIn(email, '')).rejects.toBeDefined();
    const mails = await takeMails(runtime);
    expect(mails.map(({ to }) => to)).toEqual([email]);
    expect(mails[0]?.text).toContain(`${owner.email} invites you`);
    expect(mails[0]?.text).toContain('https://shop.example/account/accept-invitation#token=');
    await accept({ token: tokenIn(mails), password: PASSWORD });
    expect(await logIn(email, PASSWORD)).toMatchObject({ user: { roles: ['customer', support] } });
    expect(await owner.api.staffMember({ userId: invited.id })).toMatchObject({ roles: [support], invitation: null });
    expect(await auditOf(invited.id)).toMatchObject([
      { action: 'staff.invited', actor: { kind: 'staff', userId: owner.id }, detail: { roles: [support] } },
      { action: 'staff.joined', actor: { kind: 'guest' }, detail: { roles: [support], invitedBy: owner.id } },
    ]);
    const [{ verified } = {}] = await querySql<{ verified?: boolean }>(
      runtime.databaseUrl,
      'select email_verified_at is not null as verified from users where id = $1',
      [invited.id],
    );
    expect(verified).toBe(true);
  });

  test.each([
    ['no password', undefined, 'invalid_input'],
    ['a short one', 'short', 'invalid_input'],
    ['one that everybody uses', 'password123', 'password_too_common'],
  ])('does not join with %s, and can try again', async (_name, password, code) => {
    const { id, token } = await invite('grace@example.com');
    const before = await accountRows(runtime);
    await expect(accept({ token, ...(password !== undefined && { password }) })).rejects.toMatchObject(refusal(code));
    expect(await accountRows(runtime)).toEqual(before);
    await accept({ token, password: PASSWORD });
    expect(await rolesOf(id)).toHaveLength(1);
  });

  test('joins once, however often and however fast the link is used', async () => {
    const { id, token } = await invite('grace@example.com');
    const attempts = Array.from({ length: 10 }, () => accept({ token, password: PASSWORD }));
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(accept({ token, password: PASSWORD })).rejects.toMatchObject(refusal('one_time_token_invalid'));
    expect((await auditOf(id)).map((entry) => ({ ...entry }))).toHaveLength(2);
  });

  test('does not join with a link a week old, or of another purpose', async () => {
    const { token } = await invite('grace@example.com');
    runtime.clock.advance(7 * 86_400);
    await expect(accept({ token, password: PASSWORD })).rejects.toMatchObject(refusal('one_time_token_invalid'));
    const caller = appRouter.createCaller(guest()).account;
    await caller.forgotPassword({ email: 'grace@example.com' });
    const reset = tokenIn(await takeMails(runtime));
    await expect(accept({ token: reset, password: PASSWORD })).rejects.toMatchObject(refusal('one_time_token_invalid'));
  });
});

describe('somebody with an account', () => {
  test('joins with the link and a session of that account: both the mailbox and the account are proven', async () => {
    const account = await openAccount(runtime);
    const other = await openAccount(runtime);
    const { id, token } = await invite(account.email);
    expect(id).toBe(account.id);
    const before = await accountRows(runtime);
    const strangers = [guest(), await loggedIn(other.accessToken), owner.ctx];
    for (const ctx of strangers) {
      const attempt = accept({ token, password: TEST_PASSWORD }, ctx);
      await expect(attempt).rejects.toMatchObject(refusal('unauthenticated'));
    }
    expect(await accountRows(runtime)).toEqual(before);
    expect(await rolesOf(id)).toEqual([]);
    await accept({ token }, await loggedIn(account.accessToken));
    expect(await rolesOf(id)).toEqual([{ role_name: support }]);
    expect(await runtime.accessTokens.verify(account.accessToken)).toMatchObject({ permissions: ['orders:read'] });
    expect(await logIn(account.email, TEST_PASSWORD)).toMatchObject({ user: { roles: ['customer', support] } });
  });

  test('ends the other sessions by joining: none that was open before becomes one of staff', async () => {
    const account = await openAccount(runtime);
    const second = await logIn(account.email, TEST_PASSWORD);
    const { token } = await invite(account.email);
    await accept({ token }, await loggedIn(account.accessToken));
    expect(await runtime.accessTokens.verify(account.accessToken)).toBeDefined();
    expect(await runtime.accessTokens.verify(second.accessToken ?? '')).toBeUndefined();
  });

  test('made by an invitation, but with a password since, has to be logged in as well', async () => {
    const email = 'grace@example.com';
    const { id } = await invite(email);
    await appRouter.createCaller(guest()).account.forgotPassword({ email });
    const reset = tokenIn(await takeMails(runtime));
    await appRouter.createCaller(guest()).account.resetPassword({ token: reset, password: PASSWORD });
    await owner.api.resendInvitation({ userId: id });
    const token = tokenIn(await takeMails(runtime));
    const stranger = accept({ token, password: 'another password entirely' });
    await expect(stranger).rejects.toMatchObject(refusal('unauthenticated'));
    const { accessToken } = await logIn(email, PASSWORD);
    await accept({ token }, await loggedIn(accessToken ?? ''));
    expect(await rolesOf(id)).toHaveLength(1);
  });

  test('is not invited when it is staff, or switched off', async () => {
    const member = await staffWith({ permissions: [] });
    const off = await openAccount(runtime);
    await querySql(runtime.databaseUrl, `update users set status = 'disabled' where id = $1`, [off.id]);
    const roles = [support];
    const again = owner.api.inviteStaff({ email: member.email, roles });
    await expect(again).rejects.toMatchObject(refusal('already_staff', { userId: member.id }));
    const asleep = owner.api.inviteStaff({ email: off.email, roles });
    await expect(asleep).rejects.toMatchObject(refusal('invitee_disabled'));
    expect(await takeMails(runtime)).toEqual([]);
  });
});

describe('an invitation', () => {
  test('that is withdrawn or sent again leaves its earlier link worth nothing', async () => {
    const email = 'grace@example.com';
    const first = await invite(email);
    await owner.api.resendInvitation({ userId: first.id });
    const second = tokenIn(await takeMails(runtime));
    await expect(accept({ token: first.token, password: PASSWORD })).rejects.toMatchObject(
      refusal('one_time_token_invalid'),
    );
    await owner.api.revokeInvitation({ userId: first.id });
    const withdrawn = accept({ token: second, password: PASSWORD });
    await expect(withdrawn).rejects.toMatchObject(refusal('invitation_void'));
    await owner.api.inviteStaff({ email, roles: [support] });
    // Its mail is not written yet: the link of the one before opens nothing in the meantime.
    const early = accept({ token: second, password: PASSWORD });
    await expect(early).rejects.toMatchObject(refusal('invitation_void'));
    expect(await rolesOf(first.id)).toEqual([]);
    await accept({ token: tokenIn(await takeMails(runtime)), password: PASSWORD });
    expect(await rolesOf(first.id)).toEqual([{ role_name: support }]);
    expect((await auditOf(first.id)).map(({ action }: { action?: string }) => action)).toEqual([
      'staff.invited',
      'staff.invitation_resent',
      'staff.invitation_revoked',
      'staff.invited',
      'staff.joined',
    ]);
  });

  test('is not mailed once it is withdrawn', async () => {
    const { id } = await owner.api.inviteStaff({ email: 'grace@example.com', roles: [support] });
    await owner.api.revokeInvitation({ userId: id });
    expect(await takeMails(runtime)).toEqual([]);
    await expect(owner.api.resendInvitation({ userId: id })).rejects.toMatchObject(refusal('invitation_not_found'));
    await expect(owner.api.revokeInvitation({ userId: id })).rejects.toMatchObject(refusal('invitation_not_found'));
  });

  test('to more than the inviter may do is not made, replaced, sent again or withdrawn', async () => {
    const clerk = await staffWith({ permissions: ['staff:write'] });
    const roles = [support];
    const lacking = refusal('permission_not_held', { permissions: ['orders:read'] });
    await expect(clerk.api.inviteStaff({ email: 'new@example.com', roles })).rejects.toMatchObject(lacking);
    expect(await querySql(runtime.databaseUrl, `select id from users where email = 'new@example.com'`)).toEqual([]);
    const { id, token } = await invite('grace@example.com');
    const nothing = await insertTestRole(runtime, []);
    const replaced = clerk.api.inviteStaff({ email: 'grace@example.com', roles: [nothing] });
    await expect(replaced).rejects.toMatchObject(lacking);
    await expect(clerk.api.resendInvitation({ userId: id })).rejects.toMatchObject(lacking);
    await expect(clerk.api.revokeInvitation({ userId: id })).rejects.toMatchObject(lacking);
    expect(await takeMails(runtime)).toEqual([]);
    await accept({ token, password: PASSWORD });
    expect(await rolesOf(id)).toEqual([{ role_name: support }]);
  });

  test.each([
    ['has been demoted', 'delete from user_roles where user_id = $1'],
    ['may not invite any more', `update roles set permissions = '{orders:read}' where name like 'role-%'`],
    ['has been switched off', `update users set status = 'disabled' where id = $1`],
  ])('gives nothing once the inviter %s', async (_name, statement) => {
    const inviter = await staffWith({ permissions: ['staff:write', 'orders:read'] });
    const { id, token } = await invite('grace@example.com', inviter);
    await querySql(runtime.databaseUrl, statement, statement.includes('$1') ? [inviter.id] : []);
    const before = await accountRows(runtime);
    await expect(accept({ token, password: PASSWORD })).rejects.toMatchObject(refusal('invitation_void'));
    expect(await accountRows(runtime)).toEqual(before);
    // Somebody else may vouch for it instead.
    await owner.api.resendInvitation({ userId: id });
    await accept({ token: tokenIn(await takeMails(runtime)), password: PASSWORD });
    expect(await rolesOf(id)).toHaveLength(1);
  });

  test('gives nothing when its role has come to allow more than the inviter may do', async () => {
    const inviter = await staffWith({ permissions: ['staff:write', 'orders:read'] });
    const { id, token } = await invite('grace@example.com', inviter);
    await owner.api.editRole({ roleName: support, permissions: ['orders:read', 'orders:cancel'] });
    await expect(accept({ token, password: PASSWORD })).rejects.toMatchObject(refusal('invitation_void'));
    expect(await rolesOf(id)).toEqual([]);
  });

  test('gives nothing to an account that has another address by now', async () => {
    const account = await openAccount(runtime);
    const { token } = await invite(account.email);
    await querySql(runtime.databaseUrl, `update users set email = 'eve@example.com' where id = $1`, [account.id]);
    const attempt = accept({ token }, await loggedIn(account.accessToken));
    await expect(attempt).rejects.toMatchObject(refusal('invitation_void'));
    expect(await rolesOf(account.id)).toEqual([]);
  });

  test('names each role once, and only roles that there are', async () => {
    const email = 'grace@example.com';
    for (const roles of [[], [support, support], ['customer']]) {
      await expect(owner.api.inviteStaff({ email, roles })).rejects.toMatchObject(refusal('invalid_input'));
    }
    const unknown = owner.api.inviteStaff({ email, roles: ['nothing'] });
    await expect(unknown).rejects.toMatchObject(refusal('role_unknown', { role: 'nothing' }));
  });
});
