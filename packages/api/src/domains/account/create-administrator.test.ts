import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAccount } from '../../testing/accounts.ts';
import { belongingsOf, furnish } from '../../testing/belongings.ts';
import { logIn, register } from '../../testing/calls.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { takeMails, tokenIn } from '../../testing/mailbox.ts';
import { createAdministrator } from './create-administrator.ts';
import { requestLink } from './request-link.ts';
import { resetPassword } from './reset-password.ts';

const PASSWORD = 'correct horse battery staple';
let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

const rowOf = (email: string) => querySql(runtime.databaseUrl, 'select * from users where email = $1', [email]);

describe('the first administrator', () => {
  test('is made once, and stays as it is when it is asked for again', async () => {
    const first = await createAdministrator(makeCtx(runtime), { email: ' Admin@Example.com ', password: PASSWORD });
    expect(first).toEqual({ userId: expect.any(String), created: true });
    const before = await rowOf('admin@example.com');
    expect(before).toHaveLength(1);
    expect(await querySql(runtime.databaseUrl, 'select action, target, detail from audit_log')).toEqual([
      { action: 'staff.role_granted', target: `user:${first.userId}`, detail: { role: 'administrator' } },
    ]);
    const again = await createAdministrator(makeCtx(runtime), {
      email: 'admin@example.com',
      password: 'other password',
    });
    expect(again).toEqual({ userId: first.userId, created: false });
    expect(await rowOf('admin@example.com')).toEqual(before);

    const { user, accessToken } = await logIn(makeCtx(runtime), { email: 'admin@example.com', password: PASSWORD });
    expect(user.roles).toEqual(['customer', 'administrator']);
    expect(await runtime.accessTokens.verify(accessToken ?? '')).toMatchObject({ kind: 'staff' });
  });

  test('an account that somebody registered before gets the role and the password, and whoever was in it is out', async () => {
    const squatted = { email: 'owner@example.com', password: 'the password of a squatter' };
    await register(makeCtx(runtime), squatted);
    const squatter = await logIn(makeCtx(runtime), squatted);
    const made = await createAdministrator(makeCtx(runtime), { email: 'owner@example.com', password: PASSWORD });
    expect(made).toEqual({ userId: squatter.user.id, created: false });
    await expect(logIn(makeCtx(runtime), squatted)).rejects.toMatchObject({ code: 'credentials_invalid' });
    expect(await runtime.accessTokens.verify(squatter.accessToken ?? '')).toBeUndefined();
    const { user } = await logIn(makeCtx(runtime), { email: 'owner@example.com', password: PASSWORD });
    expect(user.roles).toEqual(['customer', 'administrator']);
  });

  test('an account of an unproven address keeps nothing that opens it or says where things go', async () => {
    const account = await openAccount(runtime, { verified: false });
    await furnish(runtime, account.id);
    await createAdministrator(makeCtx(runtime), { email: account.email, password: PASSWORD });
    // What was agreed to is withdrawn, not forgotten.
    expect(await belongingsOf(runtime, account.id)).toEqual({ marketing_consents: 2 });
  });

  test('an account of a proven address keeps what its owner added, but no link and no session', async () => {
    const account = await openAccount(runtime);
    await furnish(runtime, account.id);
    const before = await belongingsOf(runtime, account.id);
    await requestLink(makeCtx(runtime), { email: account.email, purpose: 'reset_password' });
    const token = tokenIn((await takeMails(runtime)).filter(({ to }) => to === account.email));
    await createAdministrator(makeCtx(runtime), { email: account.email, password: PASSWORD });
    expect(await belongingsOf(runtime, account.id)).toEqual(before);
    expect(await runtime.accessTokens.verify(account.accessToken)).toBeUndefined();
    const reset = resetPassword(makeCtx(runtime), { token, password: 'another horse, another battery' });
    await expect(reset).rejects.toMatchObject({ code: 'one_time_token_invalid' });
  });

  test('is one, however many ask at once', async () => {
    const input = { email: 'parallel@example.com', password: PASSWORD };
    const made = await Promise.all(Array.from({ length: 5 }, () => createAdministrator(makeCtx(runtime), input)));
    expect(new Set(made.map((each) => each.userId)).size).toBe(1);
    expect(made.filter((each) => each.created)).toHaveLength(1);
  });

  test.each([
    ['no address', { email: 'admin', password: PASSWORD }, 'invalid_input'],
    ['a short password', { email: 'short@example.com', password: 'short' }, 'invalid_input'],
    ['a common password', { email: 'common@example.com', password: 'Password123' }, 'password_too_common'],
  ])('refuses %s, and makes nothing', async (_name, input, code) => {
    const before = await querySql(runtime.databaseUrl, 'select count(*) from users');
    await expect(createAdministrator(makeCtx(runtime), input)).rejects.toMatchObject({ code });
    expect(await querySql(runtime.databaseUrl, 'select count(*) from users')).toEqual(before);
  });
});
