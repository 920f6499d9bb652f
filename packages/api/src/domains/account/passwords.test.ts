import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ctxOf,
  openAccount,
  openSessionOf,
  TEST_PASSWORD as PASSWORD,
  patientPasswords,
  type TestAccount,
} from '../../testing/accounts.ts';
import { BELONGINGS, belongingsOf, furnish } from '../../testing/belongings.ts';
import { logIn } from '../../testing/calls.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { accountRows, takeMails, tokenIn } from '../../testing/mailbox.ts';
import { query } from '../../testing/tell-outbox.ts';
import { changePassword } from './change-password.ts';
import { requestLink } from './request-link.ts';
import { resetPassword } from './reset-password.ts';

const NEW_PASSWORD = 'another horse, another battery';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime({ overrides: { passwords: patientPasswords() } });
});
afterAll(() => runtime.dispose());

const guest = () => makeCtx(runtime);

async function resetLink({ email }: { email: string }): Promise<string> {
  await requestLink(guest(), { email, purpose: 'reset_password' });
  return tokenIn(await takeMails(runtime));
}

/** Which of the sessions still open something. */
async function living(...sessions: Pick<TestAccount, 'accessToken'>[]): Promise<boolean[]> {
  const actors = await Promise.all(sessions.map(({ accessToken }) => runtime.accessTokens.verify(accessToken)));
  return actors.map((actor) => actor !== undefined);
}

describe('a reset', () => {
  test('opens the account with the new password only, ends every session and tells the owner', async () => {
    const account = await openAccount(runtime);
    const other = await openSessionOf(runtime, { userId: account.id });
    expect(await living(account, other)).toEqual([true, true]);
    await resetPassword(guest(), { token: await resetLink(account), password: NEW_PASSWORD });
    expect(await living(account, other)).toEqual([false, false]);
    const { email } = account;
    await expect(logIn(guest(), { email, password: PASSWORD })).rejects.toMatchObject({ code: 'credentials_invalid' });
    expect((await logIn(guest(), { email, password: NEW_PASSWORD })).user.id).toBe(account.id);
    expect(await takeMails(runtime)).toMatchObject([{ to: email, subject: 'Your password was changed' }]);
  });

  test('gives a password to an account that had none', async () => {
    const account = await openAccount(runtime);
    await query(runtime, 'update users set password_hash = null where id = $1', [account.id]);
    await resetPassword(guest(), { token: await resetLink(account), password: NEW_PASSWORD });
    expect((await logIn(guest(), { email: account.email, password: NEW_PASSWORD })).user.id).toBe(account.id);
  });

  test('of an address that was unproven proves it, and takes away what a stranger may have added', async () => {
    const account = await openAccount(runtime, { verified: false });
    await furnish(runtime, account.id);
    await resetPassword(guest(), { token: await resetLink(account), password: NEW_PASSWORD });
    const { user } = await logIn(guest(), { email: account.email, password: NEW_PASSWORD });
    expect(user.emailVerified).toBe(true);
    // What was agreed to is withdrawn, not forgotten.
    expect(await belongingsOf(runtime, account.id)).toEqual({ marketing_consents: 2 });
    const [consent] = await query(
      runtime,
      'select action from marketing_consents where user_id = $1 order by id desc limit 1',
      [account.id],
    );
    expect(consent).toEqual({ action: 'withdrawn' });
    await query(runtime, 'update outbox set delivered_at = now()');
  });

  test('of an account that staff made keeps what staff wrote down: nobody has been in it', async () => {
    const account = await openAccount(runtime, { verified: false });
    await query(runtime, 'update users set password_hash = null where id = $1', [account.id]);
    await furnish(runtime, account.id);
    await resetPassword(guest(), { token: await resetLink(account), password: NEW_PASSWORD });
    expect(await belongingsOf(runtime, account.id)).toMatchObject({ marketing_consents: 1, customer_addresses: 1 });
    await query(runtime, 'update outbox set delivered_at = now()');
  });

  test('of a proven address leaves what its owner added', async () => {
    const account = await openAccount(runtime);
    await furnish(runtime, account.id);
    const before = await belongingsOf(runtime, account.id);
    await resetPassword(guest(), { token: await resetLink(account), password: NEW_PASSWORD });
    expect(await belongingsOf(runtime, account.id)).toEqual(before);
    expect(Object.keys(before)).toEqual([...BELONGINGS]);
    await query(runtime, 'update outbox set delivered_at = now()');
  });

  test('lets an owner in whose account somebody has blocked by guessing', async () => {
    const { email, ...account } = await openAccount(runtime);
    const from = (clientAddress: string) => makeCtx(runtime, { clientAddress });
    for (let n = 0; n < 10; n += 1) {
      await logIn(from(`198.51.100.${n}`), { email, password: 'a guess' }).catch(() => undefined);
    }
    await query(runtime, 'delete from sessions where user_id = $1', [account.id]);
    const at = from('203.0.113.7');
    await expect(logIn(at, { email, password: PASSWORD })).rejects.toMatchObject({ code: 'rate_limited' });
    await resetPassword(at, { token: await resetLink({ email }), password: NEW_PASSWORD });
    expect((await logIn(at, { email, password: NEW_PASSWORD })).user.id).toBe(account.id);
  });

  test('refuses a password that everybody guesses; the link can still be used', async () => {
    const account = await openAccount(runtime);
    const token = await resetLink(account);
    const before = await accountRows(runtime);
    const refused = resetPassword(guest(), { token, password: 'Password123' });
    await expect(refused).rejects.toMatchObject({ code: 'password_too_common' });
    expect(await accountRows(runtime)).toEqual(before);
    await resetPassword(guest(), { token, password: NEW_PASSWORD });
  });

  test('hashes nothing for a link that is none, and such tries are counted by address', async () => {
    const hash = () => Promise.reject(new Error('hashed for nothing'));
    const at = () => makeCtx(runtime, { clientAddress: '198.51.100.200', passwords: { ...runtime.passwords, hash } });
    const attempt = () => resetPassword(at(), { token: 'none', password: NEW_PASSWORD });
    for (let n = 0; n < 10; n += 1) await expect(attempt()).rejects.toMatchObject({ code: 'one_time_token_invalid' });
    await expect(attempt()).rejects.toMatchObject({ code: 'rate_limited' });
  });

  test('is mailed five times in an hour at most, and the answer stays the same', async () => {
    const { email } = await openAccount(runtime);
    for (let n = 0; n < 8; n += 1) {
      await requestLink(guest(), { email, purpose: 'reset_password' });
      await takeMails(runtime);
    }
    expect(runtime.mailer.sent.filter(({ to }) => to === email)).toHaveLength(5);
  });
});

describe('changing the password', () => {
  test('needs the current one, keeps the session that asks, ends the others and tells the owner', async () => {
    const account = await openAccount(runtime);
    const other = await openSessionOf(runtime, { userId: account.id });
    await changePassword(ctxOf(runtime, account), { currentPassword: PASSWORD, newPassword: NEW_PASSWORD });
    expect(await living(account, other)).toEqual([true, false]);
    expect((await logIn(guest(), { email: account.email, password: NEW_PASSWORD })).user.id).toBe(account.id);
    expect(await takeMails(runtime)).toMatchObject([{ to: account.email, subject: 'Your password was changed' }]);
  });

  test('or a proof that is a few minutes old', async () => {
    const account = await openAccount(runtime);
    const ctx = ctxOf(runtime, account);
    runtime.clock.advance(901);
    const stale = { ...ctx, now: runtime.clock.now() };
    const before = await accountRows(runtime);
    const refused = changePassword(stale, { newPassword: NEW_PASSWORD });
    await expect(refused).rejects.toMatchObject({ code: 'step_up_required' });
    expect(await accountRows(runtime)).toEqual(before);
    await changePassword(ctxOf(runtime, account), { newPassword: NEW_PASSWORD });
    await takeMails(runtime);
  });

  test('a wrong one changes nothing, and guesses count like failed log-ins', async () => {
    const account = await openAccount(runtime);
    const before = await accountRows(runtime);
    const guess = () =>
      changePassword(ctxOf(runtime, account), { currentPassword: 'a guess', newPassword: NEW_PASSWORD });
    for (let n = 0; n < 10; n += 1) await expect(guess()).rejects.toMatchObject({ code: 'current_password_wrong' });
    await expect(guess()).rejects.toMatchObject({ code: 'rate_limited' });
    expect(await accountRows(runtime)).toEqual(before);
    expect(await takeMails(runtime)).toEqual([]);
  });

  test('refuses a password that everybody guesses', async () => {
    const account = await openAccount(runtime);
    const before = await accountRows(runtime);
    const refused = changePassword(ctxOf(runtime, account), { newPassword: 'Password123' });
    await expect(refused).rejects.toMatchObject({ code: 'password_too_common' });
    expect(await accountRows(runtime)).toEqual(before);
  });

  test('five times at once with the same password does it once', async () => {
    const account = await openAccount(runtime);
    // Not the address of the guesses above.
    const ctx = { ...ctxOf(runtime, account), clientAddress: '192.0.2.5' };
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, (_, n) =>
        changePassword(ctx, { currentPassword: PASSWORD, newPassword: `${NEW_PASSWORD} ${n}` }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [row] = await query<{ version: number }>(
      runtime,
      'select password_version as version from users where id = $1',
      [account.id],
    );
    expect(row?.version).toBe(2);
  });
});
