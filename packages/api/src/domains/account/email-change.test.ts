import { afterAll, beforeAll, expect, test } from 'vitest';
import { ctxOf, openAccount, TEST_PASSWORD as PASSWORD, type TestAccount } from '../../testing/accounts.ts';
import { logIn, register } from '../../testing/calls.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { accountRows, takeMails, tokenIn } from '../../testing/mailbox.ts';
import { changePassword } from './change-password.ts';
import { confirmEmailChange } from './confirm-email-change.ts';
import { requestEmailChange } from './request-email-change.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime({ env: { LIMIT_LOGIN_FAILURES_PER_15MIN: '0' } });
});
afterAll(() => runtime.dispose());

const guest = () => makeCtx(runtime);
const ask = (account: TestAccount, email: string) => requestEmailChange(ctxOf(runtime, account), { email });
const mayLogIn = (email: string) =>
  logIn(guest(), { email, password: PASSWORD }).then(
    ({ user }) => user,
    () => undefined,
  );

test('another address is confirmed by a link that goes there, and the one before is told twice', async () => {
  const account = await openAccount(runtime, { verified: false });
  const email = `new-${account.email}`;
  await ask(account, email);
  const asked = await takeMails(runtime);
  expect(asked.map(({ to, subject }) => [to, subject])).toEqual([
    [email, 'Confirm your new email address'],
    [account.email, 'Another email address was asked for'],
  ]);
  expect(asked[1]?.text).toContain(email);
  expect(asked[1]?.text).not.toContain('#token=');
  expect(asked[1]?.text).toContain('http://localhost:3000/account/forgot-password');
  expect(await mayLogIn(account.email)).toMatchObject({ id: account.id });
  expect(await mayLogIn(email)).toBeUndefined();

  await confirmEmailChange(guest(), { token: tokenIn(asked) });
  expect(await mayLogIn(email)).toMatchObject({ id: account.id, email, emailVerified: true });
  expect(await mayLogIn(account.email)).toBeUndefined();
  const done = await takeMails(runtime);
  expect(done).toMatchObject([{ to: account.email, subject: 'Your email address was changed' }]);
  expect(done[0]?.text).toContain(email);
});

test('the old address is told although the password changes right after', async () => {
  const account = await openAccount(runtime);
  await ask(account, `taken-over-${account.email}`);
  await confirmEmailChange(guest(), { token: tokenIn(await takeMails(runtime)) });
  await changePassword(ctxOf(runtime, account), { newPassword: 'another horse, another battery' });
  const told = await takeMails(runtime);
  expect(told).toContainEqual(
    expect.objectContaining({ to: account.email, subject: 'Your email address was changed' }),
  );
});

test('an address that has an account is answered alike; its owner is told and gets no link', async () => {
  const [account, other] = [await openAccount(runtime), await openAccount(runtime)];
  runtime.takeStatements();
  expect(await ask(account, `free-${account.email}`)).toBeUndefined();
  const unknown = runtime.takeStatements();
  await takeMails(runtime);
  runtime.takeStatements();
  expect(await ask(account, other.email)).toBeUndefined();
  expect(runtime.takeStatements()).toEqual(unknown);
  const mails = await takeMails(runtime);
  expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
    [other.email, 'You already have an account'],
    [account.email, 'Another email address was asked for'],
  ]);
  expect(mails.some(({ text }) => text.includes('#token='))).toBe(false);
  expect(mails[0]?.text).not.toContain(account.email);
});

test('an address that got an account in the meantime is refused, and nothing changes', async () => {
  const account = await openAccount(runtime);
  const email = `contested-${account.email}`;
  await ask(account, email);
  const token = tokenIn(await takeMails(runtime));
  await register(guest(), { email, password: PASSWORD });
  await takeMails(runtime);
  const before = await accountRows(runtime);
  await expect(confirmEmailChange(guest(), { token })).rejects.toMatchObject({ code: 'email_taken', kind: 'conflict' });
  expect(await accountRows(runtime)).toEqual(before);
  expect(await takeMails(runtime)).toEqual([]);
});

test('of many accounts that confirm one address at once, one gets it', async () => {
  const email = 'wanted@example.com';
  const tokens: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    await ask(await openAccount(runtime), email);
    tokens.push(tokenIn(await takeMails(runtime)));
  }
  const results = await Promise.allSettled(tokens.map((token) => confirmEmailChange(guest(), { token })));
  const codes = results.map((result) => (result.status === 'fulfilled' ? 'done' : result.reason.code));
  expect(codes.sort()).toEqual(['done', ...Array(4).fill('email_taken')]);
});

test.each<[string, (n: number, email: string) => [number, string]]>([
  ['of the address that is asked for', (n: number, email: string) => [n, email]],
  ['of the account', (n: number, email: string) => [0, `${n}${email}`]],
])('the mailbox %s is not flooded: five in an hour, and the answer stays the same', async (_name, of) => {
  const accounts = await Promise.all(Array.from({ length: 8 }, () => openAccount(runtime)));
  const before = runtime.mailer.sent.length;
  for (let n = 0; n < 8; n += 1) {
    const [index, email] = of(n, `flooded-${accounts[0]?.email}`);
    expect(await ask(accounts[index] as TestAccount, email)).toBeUndefined();
    await takeMails(runtime);
  }
  const subjects = runtime.mailer.sent.slice(before).map(({ subject }) => subject);
  expect(subjects.filter((subject) => subject === 'Confirm your new email address')).toHaveLength(5);
  expect(subjects.filter((subject) => subject === 'Another email address was asked for')).toHaveLength(5);
});
