import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ctxOf,
  openAccount,
  TEST_PASSWORD as PASSWORD,
  patientPasswords,
  type TestAccount,
} from '../../testing/accounts.ts';
import { logIn, register } from '../../testing/calls.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { accountRows, takeMails, tokenIn } from '../../testing/mailbox.ts';
import { query } from '../../testing/tell-outbox.ts';
import { changePassword } from './change-password.ts';
import { confirmEmailChange } from './confirm-email-change.ts';
import { requestEmailChange } from './request-email-change.ts';
import { requestLink } from './request-link.ts';
import { resetPassword } from './reset-password.ts';
import { verifyEmail } from './verify-email.ts';

const NEW_PASSWORD = 'another horse, another battery';
const STOREFRONT = 'https://shop.example';

let runtime: TestRuntime;
beforeAll(async () => {
  // Fifty that hash at once are to be told apart by their tokens, not by who waits too long.
  const env = { STOREFRONT_URL: `${STOREFRONT}/`, LIMIT_LOGIN_FAILURES_PER_15MIN: '0', LIMIT_MAILS_PER_HOUR: '0' };
  runtime = await makeTestRuntime({ env, overrides: { passwords: patientPasswords() } });
});
afterAll(() => runtime.dispose());

const guest = () => makeCtx(runtime);
const invalid = { code: 'one_time_token_invalid', kind: 'invalid_input' };

type Kind = 'verify_email' | 'reset_password' | 'change_email';

/** An account and the token of the link that it was sent. */
async function sentLink(kind: Kind): Promise<TestAccount & { token: string; newEmail: string }> {
  const account = await openAccount(runtime, { verified: false });
  const newEmail = `new-${account.email}`;
  if (kind === 'change_email') await requestEmailChange(ctxOf(runtime, account), { email: newEmail });
  else await requestLink(guest(), { email: account.email, purpose: kind });
  return { ...account, newEmail, token: tokenIn(await takeMails(runtime)) };
}

const spend: Record<Kind, (token: string) => Promise<void>> = {
  verify_email: (token) => verifyEmail(guest(), { token }),
  reset_password: (token) => resetPassword(guest(), { token, password: NEW_PASSWORD }),
  change_email: (token) => confirmEmailChange(guest(), { token }),
};
const kinds = Object.keys(spend) as Kind[];

/** What using the token of each kind changes. */
async function effectOf(userId: string) {
  const [row] = await query<{ email: string; verified: boolean; password: number }>(
    runtime,
    'select email, email_verified_at is not null as verified, password_version as password from users where id = $1',
    [userId],
  );
  return row;
}

async function expectRefused(token: unknown, kind: Kind): Promise<void> {
  const before = await accountRows(runtime);
  await expect(spend[kind](token as string)).rejects.toMatchObject(invalid);
  expect(await accountRows(runtime)).toEqual(before);
}

describe.each(kinds)('the link of %s', (kind) => {
  const life = kind === 'verify_email' ? 48 * 3600 : 3600;

  test('works once, until it expires', async () => {
    const link = await sentLink(kind);
    runtime.clock.advance(life - 1);
    await spend[kind](link.token);
    expect(await effectOf(link.id)).toEqual({
      email: kind === 'change_email' ? link.newEmail : link.email,
      verified: true,
      password: kind === 'reset_password' ? 2 : 1,
    });
    await expectRefused(link.token, kind);
  });

  test('is used by exactly one of fifty at once', async () => {
    const { token, ...account } = await sentLink(kind);
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => spend[kind](token)));
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refusals).toHaveLength(49);
    for (const refusal of refusals) expect(refusal).toMatchObject(invalid);
    expect((await effectOf(account.id))?.password).toBe(kind === 'reset_password' ? 2 : 1);
    const facts = await query(runtime, `select topic from outbox where delivered_at is null`);
    expect(facts).toHaveLength(kind === 'verify_email' ? 0 : 1);
    await takeMails(runtime);
  });

  test('opens nothing after it has expired', async () => {
    const { token } = await sentLink(kind);
    runtime.clock.advance(life);
    await expectRefused(token, kind);
  });

  test('opens nothing else', async () => {
    const { token } = await sentLink(kind);
    for (const other of kinds) if (other !== kind) await expectRefused(token, other);
    await spend[kind](token);
  });

  test('opens nothing after a newer one', async () => {
    const { token, newEmail, ...account } = await sentLink(kind);
    runtime.clock.advance(1);
    if (kind === 'change_email') await requestEmailChange(ctxOf(runtime, account), { email: newEmail });
    else await requestLink(guest(), { email: account.email, purpose: kind });
    const newer = tokenIn(await takeMails(runtime));
    expect(newer).not.toBe(token);
    await expectRefused(token, kind);
    await spend[kind](newer);
  });

  test('opens nothing after the password was changed or reset', async () => {
    const first = await sentLink(kind);
    const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    await changePassword(ctxOf(runtime, first), change);
    await takeMails(runtime);
    await expectRefused(first.token, kind);

    const second = await sentLink(kind);
    await requestLink(guest(), { email: second.email, purpose: 'reset_password' });
    await resetPassword(guest(), { token: tokenIn(await takeMails(runtime)), password: NEW_PASSWORD });
    await takeMails(runtime);
    await expectRefused(second.token, kind);
  });

  test('opens nothing after the account got another address', async () => {
    const { token, ...account } = await sentLink(kind);
    if (kind === 'change_email') return;
    await requestEmailChange(ctxOf(runtime, account), { email: `moved-${account.email}` });
    await confirmEmailChange(guest(), { token: tokenIn(await takeMails(runtime)) });
    await takeMails(runtime);
    await expectRefused(token, kind);
  });

  test.each(['disabled', 'erased'])('opens nothing of an account that is %s', async (status) => {
    const { token, ...account } = await sentLink(kind);
    await query(runtime, 'update users set status = $2 where id = $1', [account.id, status]);
    await expectRefused(token, kind);
  });

  test('opens only the account that it was sent to', async () => {
    const [mine, other] = [await sentLink(kind), await sentLink(kind)];
    const before = await effectOf(other.id);
    await spend[kind](mine.token);
    expect(await effectOf(other.id)).toEqual(before);
    await spend[kind](other.token);
  });

  test('that was tampered with, is empty or is none at all opens nothing', async () => {
    const { token, ...account } = await sentLink(kind);
    const [row] = await query<{ id: string; token_hash: string }>(
      runtime,
      'select id, token_hash from one_time_tokens where user_id = $1',
      [account.id],
    );
    const flipped = (at: number) => token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    const forged = [
      ...Array.from({ length: 42 }, (_, at) => flipped(at)),
      token.slice(1),
      `${token}A`,
      token.toUpperCase(),
      ` ${token}`,
      `${token}\0`,
      row?.id ?? '',
      row?.token_hash ?? '',
      '',
      '%',
      "' or true --",
    ];
    const before = await accountRows(runtime);
    for (const each of forged) await expect(spend[kind](each), each).rejects.toMatchObject(invalid);
    expect(await accountRows(runtime)).toEqual(before);
  });

  test('leads to the configured storefront, with the token where no server sees it; only its hash is stored', async () => {
    const { token, email, newEmail } = await sentLink(kind);
    const mail = runtime.mailer.sent.find(({ text }) => text.includes(token));
    expect(mail?.to).toBe(kind === 'change_email' ? newEmail : email);
    const action = {
      verify_email: 'verify-email',
      reset_password: 'reset-password',
      change_email: 'confirm-email-change',
    };
    const url = `${STOREFRONT}/account/${action[kind]}#token=${token}`;
    expect(mail?.text).toContain(`\n\n${url}\n\n`);
    expect(mail?.html).toContain(`<a href="${url}">${url}</a>`);
    for (const [href] of mail?.text.matchAll(/https?:\S+/g) ?? []) {
      const { origin, pathname, search } = new URL(href.replace(/[.,:]$/, ''));
      expect([origin, search]).toEqual([STOREFRONT, '']);
      expect(pathname).not.toContain(token);
    }
    const text = JSON.stringify(
      await Promise.all([
        query(runtime, 'select * from one_time_tokens'),
        query(runtime, 'select * from outbox'),
        query(runtime, 'select data, output from pgboss.job'),
      ]),
    );
    expect(text).not.toContain(token);
  });
});

test('a link is not sent twice anew when its mail is told again', async () => {
  const { token, ...account } = await sentLink('reset_password');
  await query(runtime, `update outbox set delivered_at = null where payload ->> 'userId' = $1`, [account.id]);
  runtime.clock.advance(10);
  expect(tokenIn(await takeMails(runtime))).toBe(token);
  await spend.reset_password(token);
  await takeMails(runtime);
  await query(
    runtime,
    `update outbox set delivered_at = null where payload ->> 'purpose' is not null and payload ->> 'userId' = $1`,
    [account.id],
  );
  expect(await takeMails(runtime)).toEqual([]);
});

test('a link that was asked for first does not replace a later one, whichever mail is told first', async () => {
  const { email } = await openAccount(runtime, { verified: false });
  await requestLink(guest(), { email, purpose: 'verify_email' });
  const [first] = await query<{ id: string }>(runtime, 'select id from outbox where delivered_at is null');
  await query(runtime, 'update outbox set delivered_at = now() where id = $1', [first?.id]);
  runtime.clock.advance(1);
  await requestLink(guest(), { email, purpose: 'verify_email' });
  const token = tokenIn(await takeMails(runtime));
  await query(runtime, 'update outbox set delivered_at = null where id = $1', [first?.id]);
  expect(await takeMails(runtime)).toEqual([]);
  await verifyEmail(guest(), { token });
});

describe('confirming an address', () => {
  test('is asked for at registration, and can be asked for again until it is done', async () => {
    const email = 'ada@example.com';
    await register(guest(), { email, password: PASSWORD });
    const mails = await takeMails(runtime);
    expect(mails).toMatchObject([{ to: email, subject: 'Confirm your email address' }]);
    await verifyEmail(guest(), { token: tokenIn(mails) });
    const { user } = await logIn(guest(), { email, password: PASSWORD });
    expect(user.emailVerified).toBe(true);
    await requestLink(guest(), { email, purpose: 'verify_email' });
    expect(await takeMails(runtime)).toEqual([]);
  });

  test('is not needed for logging in', async () => {
    const { email } = await openAccount(runtime, { verified: false });
    const { user } = await logIn(guest(), { email, password: PASSWORD });
    expect(user.emailVerified).toBe(false);
  });
});

test('nothing is sent for an address without an account, nor to one that is switched off', async () => {
  const { id, email } = await openAccount(runtime, { verified: false });
  await query(runtime, `update users set status = 'disabled' where id = $1`, [id]);
  for (const purpose of ['verify_email', 'reset_password'] as const) {
    await requestLink(guest(), { email, purpose });
    await requestLink(guest(), { email: `nobody-${email}`, purpose });
  }
  expect(await takeMails(runtime)).toEqual([]);
});
