import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthenticator } from '../../testing/authenticator.ts';
import { createFastHasher, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { call, codeFor, codeOf, guest, makePerson, type Person, refusalOf } from '../../testing/people.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  const env = { REQUIRE_STAFF_SECOND_FACTOR: '1', LIMIT_LOGIN_FAILURES_PER_15MIN: '0', DATABASE_POOL_SIZE: '10' };
  runtime = await makeTestRuntime({ env, overrides: { passwords: createFastHasher() } });
});
afterAll(() => runtime.dispose());

const AT_ONCE = 20;
const together = (attempt: (n: number) => Promise<unknown>) =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, n) => codeOf(attempt(n))));
const countOf = (codes: string[], code: string) => codes.filter((each) => each === code).length;

async function challengeOf(person: Person): Promise<string> {
  return String((await refusalOf(person.logInByPassword())).details?.['challenge']);
}

async function countSessions({ id }: Person): Promise<number> {
  const rows = await querySql<{ n: string }>(
    runtime.databaseUrl,
    'select count(*) as n from sessions where user_id = $1',
    [id],
  );
  return Number(rows[0]?.n);
}

test('one code opens one session, however many use it at once', async () => {
  const person = await makePerson(runtime);
  const { secret } = await person.addTotp();
  const challenge = await challengeOf(person);
  const code = codeFor(runtime, secret);
  const before = await countSessions(person);
  const codes = await together(() => call(guest(runtime), (api) => api.secondFactor.complete({ challenge, code })));
  expect([countOf(codes, 'ok'), countOf(codes, 'second_factor_invalid')]).toEqual([1, AT_ONCE - 1]);
  expect(await countSessions(person)).toBe(before + 1);
});

test('one recovery code opens one session', async () => {
  const person = await makePerson(runtime);
  const { recoveryCodes } = await person.addTotp();
  const [recoveryCode = ''] = recoveryCodes;
  const challenge = await challengeOf(person);
  const before = await countSessions(person);
  const codes = await together(() =>
    call(guest(runtime), (api) => api.secondFactor.complete({ challenge, recoveryCode })),
  );
  expect([countOf(codes, 'ok'), countOf(codes, 'second_factor_invalid')]).toEqual([1, AT_ONCE - 1]);
  expect(await countSessions(person)).toBe(before + 1);
});

test('one answer of a passkey opens one session', async () => {
  const person = await makePerson(runtime);
  const { authenticator } = await person.addPasskey();
  const passkey = authenticator.get(await call(guest(runtime), (api) => api.secondFactor.passkeyOptions()));
  const before = await countSessions(person);
  const codes = await together(() => call(guest(runtime), (api) => api.secondFactor.passkeyLogin({ passkey })));
  expect([countOf(codes, 'ok'), countOf(codes, 'passkey_invalid')]).toEqual([1, AT_ONCE - 1]);
  expect(await countSessions(person)).toBe(before + 1);
});

test('a passkey that counts is used once for each count, whatever the challenge', async () => {
  const person = await makePerson(runtime);
  const { authenticator } = await person.addPasskey();
  const answers = await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      const options = await call(guest(runtime), (api) => api.secondFactor.passkeyOptions());
      return authenticator.get(options, { signCount: 50 });
    }),
  );
  const before = await countSessions(person);
  const codes = await together((n) => {
    const passkey = answers[n];
    if (passkey === undefined) throw new Error('No answer');
    return call(guest(runtime), (api) => api.secondFactor.passkeyLogin({ passkey }));
  });
  expect([countOf(codes, 'ok'), countOf(codes, 'passkey_invalid')]).toEqual([1, AT_ONCE - 1]);
  expect(await countSessions(person)).toBe(before + 1);
});

test('staff who must have a factor keep one when both are removed at once', async () => {
  for (let round = 0; round < 5; round += 1) {
    const person = await makePerson(runtime, { staffRoles: ['administrator'] });
    await person.addTotp();
    const { passkeyId } = await person.addPasskey();
    const ctx = await person.logIn();
    const codes = await Promise.all([
      codeOf(call(ctx, (api) => api.secondFactor.removeTotp())),
      codeOf(call(ctx, (api) => api.secondFactor.removePasskey({ passkeyId }))),
    ]);
    expect(codes.sort()).toEqual(['ok', 'second_factor_kept']);
    expect((await person.methods()).filter((method) => method !== 'recovery_code')).toHaveLength(1);
  }
});

test('an account has no more than twenty passkeys, and one set of recovery codes', async () => {
  const person = await makePerson(runtime);
  const ctx = await person.logIn();
  const passkeys = await Promise.all(
    Array.from({ length: 25 }, async () =>
      createAuthenticator().create(await call(ctx, (api) => api.secondFactor.registrationOptions())),
    ),
  );
  const results = await Promise.allSettled(
    passkeys.map((passkey) => call(ctx, (api) => api.secondFactor.registerPasskey({ name: 'Key', passkey }))),
  );
  const added = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  expect(added).toHaveLength(20);
  expect(added.filter(({ recoveryCodes }) => recoveryCodes !== null)).toHaveLength(1);
  const { passkeys: kept, recoveryCodesLeft } = await call(ctx, (api) => api.secondFactor.list());
  expect([kept.length, recoveryCodesLeft]).toEqual([20, 10]);
});
