import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runJobs } from '../../jobs/run-jobs.ts';
import { createFastHasher, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { takeMails, tokenIn } from '../../testing/mailbox.ts';
import { call, codeOf, guest, makePerson, type Person, refusalOf } from '../../testing/people.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime({
    env: { STOREFRONT_URL: 'https://shop.example' },
    overrides: { passwords: createFastHasher() },
  });
});
afterAll(() => runtime.dispose());

/** The subjects of the mails that somebody has got since the last time. */
async function subjectsTo({ email }: Person): Promise<string[]> {
  const mails = await takeMails(runtime);
  return mails.flatMap(({ to, subject }) => (to === email ? [subject] : []));
}

test('the owner is told of every factor that comes or goes, and of every recovery code that is used', async () => {
  const person = await makePerson(runtime);
  const { recoveryCodes } = await person.addTotp();
  expect(await subjectsTo(person)).toEqual(['An authenticator app was added to your account']);

  const { passkeyId, authenticator } = await person.addPasskey();
  expect(await subjectsTo(person)).toEqual(['A passkey was added to your account']);

  const challenge = String((await refusalOf(person.logInByPassword())).details?.['challenge']);
  const [recoveryCode = ''] = recoveryCodes;
  await call(guest(runtime), (api) => api.secondFactor.complete({ challenge, recoveryCode }));
  expect(await subjectsTo(person)).toEqual(['A recovery code of your account was used']);
  expect(runtime.mailer.sent.at(-1)?.text).toContain('https://shop.example/account/forgot-password');

  const ctx = await person.logIn();
  await call(ctx, (api) => api.secondFactor.regenerateRecoveryCodes());
  await call(ctx, (api) => api.secondFactor.removeTotp());
  await call(ctx, (api) => api.secondFactor.removePasskey({ passkeyId }));
  expect((await subjectsTo(person)).sort()).toEqual([
    'A passkey was removed from your account',
    'The authenticator app was removed from your account',
    'Your account has new recovery codes',
  ]);

  await person.addTotp();
  const staff = await makePerson(runtime, { staffRoles: ['administrator'] });
  await call(await staff.logIn(), (api) => api.secondFactor.resetCustomer({ userId: person.id }));
  expect(await subjectsTo(person)).toContain('The second factor of your account was taken away');

  const passkey = authenticator.get(await call(guest(runtime), (api) => api.secondFactor.passkeyOptions()));
  expect(await codeOf(call(guest(runtime), (api) => api.secondFactor.passkeyLogin({ passkey })))).toBe(
    'passkey_invalid',
  );
  expect(await subjectsTo(person)).toEqual([]);
});

test('an account that was erased meanwhile is told nothing', async () => {
  const person = await makePerson(runtime);
  await person.addTotp();
  await querySql(runtime.databaseUrl, `update users set status = 'erased' where id = $1`, [person.id]);
  expect(await subjectsTo(person)).toEqual([]);
});

test('whoever opened the account of somebody else keeps no factor when its owner chooses a password', async () => {
  const person = await makePerson(runtime);
  await person.addTotp();
  const { authenticator } = await person.addPasskey();
  await querySql(runtime.databaseUrl, 'update users set email_verified_at = null where id = $1', [person.id]);
  await takeMails(runtime);
  await call(guest(runtime), (api) => api.account.forgotPassword({ email: person.email }));
  const token = tokenIn(await takeMails(runtime));
  const password = 'the choice of the owner';
  await call(guest(runtime), (api) => api.account.resetPassword({ token, password }));
  expect(await person.methods()).toEqual([]);
  const passkey = authenticator.get(await call(guest(runtime), (api) => api.secondFactor.passkeyOptions()));
  expect(await codeOf(call(guest(runtime), (api) => api.secondFactor.passkeyLogin({ passkey })))).toBe(
    'passkey_invalid',
  );
  expect((await person.logInByPassword(password)).user.id).toBe(person.id);
});

test('an owner who has proven the address keeps the second factor with a new password', async () => {
  const person = await makePerson(runtime);
  await person.addTotp();
  await takeMails(runtime);
  await call(guest(runtime), (api) => api.account.forgotPassword({ email: person.email }));
  const token = tokenIn(await takeMails(runtime));
  const password = 'the choice of the owner';
  await call(guest(runtime), (api) => api.account.resetPassword({ token, password }));
  expect(await codeOf(person.logInByPassword(password))).toBe('second_factor_required');
});

test('housekeeping forgets challenges that nobody answered in time, and no other', async () => {
  const options = () => call(guest(runtime), (api) => api.secondFactor.passkeyOptions());
  const old = await options();
  runtime.clock.advance(299);
  const young = await options();
  runtime.clock.advance(1);
  expect(await runJobs(runtime, 'housekeeping', [{ id: 'x', data: null }])).toEqual([]);
  const left = await querySql<{ challenge: string }>(runtime.databaseUrl, 'select challenge from webauthn_challenges');
  const challenges = left.map(({ challenge }) => challenge);
  expect(challenges).toContain(young.challenge);
  expect(challenges).not.toContain(old.challenge);
});
