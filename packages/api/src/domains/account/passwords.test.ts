import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ctxOf,
  openAccount,
  openSessionOf,
  TEST_PASSWORD as PASSWORD,
  patientPasswords,
  type TestAccount,
} from '../../testing/accounts.ts';
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

/** What an account can have besides its password, one of each. */
const BELONGINGS = {
  identities: `(provider, subject, user_id, created_at) values ('google', gen_random_uuid()::text, $1::uuid, now())`,
  totp_factors: `(user_id, secret_sealed, created_at) values ($1::uuid, 'sealed', now())`,
  recovery_codes: `(user_id, code_hash, created_at) values ($1::uuid, repeat('0', 64), now())`,
  passkeys: `(id, user_id, credential_id, public_key, sign_count, name, backed_up, created_at)
    values (gen_random_uuid(), $1::uuid, gen_random_uuid()::text, 'key', 0, 'A phone', true, now())`,
  api_keys: `(id, user_id, name, prefix, secret_hash, permissions, created_at, expires_at)
    values (gen_random_uuid(), $1::uuid, 'A key', 'cw_00000000', encode(sha256($1::uuid::text::bytea), 'hex'), '{orders:read}',
      now(), now() + '1 day')`,
  customer_addresses: `(id, user_id, first_name, last_name, line1, city, postal_code, country, created_at, updated_at)
    values (gen_random_uuid(), $1::uuid, 'A', 'B', 'C', 'D', 'E', 'DE', now(), now())`,
  payment_customers: `(user_id, provider, reference, created_at) values ($1::uuid, 'stripe', $1::uuid::text, now())`,
  saved_payment_methods: `(id, user_id, provider, reference, type, is_default, created_at)
    values (gen_random_uuid(), $1::uuid, 'stripe', 'pm_' || $1::uuid::text, 'card', true, now())`,
  marketing_consents: `(id, user_id, channel, action, source, text_version, actor, at)
    values (('00000000-0000-7000-8000-' || right($1::uuid::text, 12))::uuid, $1::uuid, 'email', 'granted', 'account', 't1', '{}', now())`,
};

async function furnish(userId: string): Promise<void> {
  for (const [table, rest] of Object.entries(BELONGINGS))
    await query(runtime, `insert into ${table} ${rest}`, [userId]);
}

/** Names of the tables where the account has something, and how often it agreed to marketing or withdrew. */
async function belongingsOf(userId: string): Promise<Record<string, number>> {
  const counts = Object.keys(BELONGINGS).map(
    (table) => `select '${table}' as name, count(*)::int as count from ${table} where user_id = $1::uuid`,
  );
  const rows = await query<{ name: string; count: number }>(runtime, counts.join(' union all '), [userId]);
  return Object.fromEntries(rows.filter(({ count }) => count > 0).map(({ name, count }) => [name, count]));
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
    await furnish(account.id);
    await resetPassword(guest(), { token: await resetLink(account), password: NEW_PASSWORD });
    const { user } = await logIn(guest(), { email: account.email, password: NEW_PASSWORD });
    expect(user.emailVerified).toBe(true);
    // What was agreed to is withdrawn, not forgotten.
    expect(await belongingsOf(account.id)).toEqual({ marketing_consents: 2 });
    const [consent] = await query(
      runtime,
      'select action from marketing_consents where user_id = $1 order by id desc limit 1',
      [account.id],
    );
    expect(consent).toEqual({ action: 'withdrawn' });
    await query(runtime, 'update outbox set delivered_at = now()');
  });

  test('of a proven address leaves what its owner added', async () => {
    const account = await openAccount(runtime);
    await furnish(account.id);
    const before = await belongingsOf(account.id);
    await resetPassword(guest(), { token: await resetLink(account), password: NEW_PASSWORD });
    expect(await belongingsOf(account.id)).toEqual(before);
    expect(Object.keys(before)).toEqual(Object.keys(BELONGINGS));
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

  test('twice at once with the same proof does it once', async () => {
    const account = await openAccount(runtime);
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) =>
        changePassword(ctxOf(runtime, account), { newPassword: `${NEW_PASSWORD} ${n}` }),
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
