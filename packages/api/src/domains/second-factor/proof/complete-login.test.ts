import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEST_PASSWORD } from '../../../testing/accounts.ts';
import { createFastHasher, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { call, codeFor, codeOf, guest, makePerson, type Person, refusalOf } from '../../../testing/people.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime({ overrides: { passwords: createFastHasher() } });
});
afterAll(() => runtime.dispose());

const sessionsOf = ({ id }: Person) =>
  querySql<{ amr: string[] }>(runtime.databaseUrl, 'select amr from sessions where user_id = $1 order by id', [id]);

/** What the password opens: the challenge. */
async function challengeOf(person: Person): Promise<string> {
  const { code, details } = await refusalOf(person.logInByPassword());
  expect(code).toBe('second_factor_required');
  return String(details?.['challenge']);
}

const complete = (input: { challenge: string; code?: string; recoveryCode?: string }, ctx = guest(runtime)) =>
  call(ctx, (api) => api.secondFactor.complete(input));

describe('a log-in to an account with a second factor', () => {
  test('opens no session by the password, and one by the code after it', async () => {
    const person = await makePerson(runtime);
    const { secret } = await person.addTotp();
    await querySql(runtime.databaseUrl, 'delete from sessions where user_id = $1', [person.id]);
    const refusal = await refusalOf(person.logInByPassword());
    expect(refusal).toEqual({
      code: 'second_factor_required',
      details: { challenge: expect.any(String), methods: ['totp', 'recovery_code'] },
    });
    expect(await sessionsOf(person)).toEqual([]);
    const challenge = String(refusal.details?.['challenge']);
    const result = await complete({ challenge, code: codeFor(runtime, secret) });
    expect(result.user.email).toBe(person.email);
    expect(await runtime.accessTokens.verify(result.accessToken ?? '')).toMatchObject({ userId: person.id });
    expect(await sessionsOf(person)).toEqual([{ amr: ['pwd', 'otp', 'mfa'] }]);
  });

  test('says so only to whoever knows the password', async () => {
    const person = await makePerson(runtime);
    await person.addTotp();
    expect(await codeOf(person.logInByPassword('not the password'))).toBe('credentials_invalid');
  });

  test('raises an old hash all the same', async () => {
    const person = await makePerson(runtime);
    await person.addTotp();
    const passwords = { ...runtime.passwords, needsRehash: () => true, hash: async () => 'a higher hash' };
    const input = { email: person.email, password: TEST_PASSWORD };
    expect(await codeOf(call(guest(runtime, { passwords }), (api) => api.auth.login(input)))).toBe(
      'second_factor_required',
    );
    const rows = await querySql(runtime.databaseUrl, 'select password_hash from users where id = $1', [person.id]);
    expect(rows).toEqual([{ password_hash: 'a higher hash' }]);
  });

  test('takes the code before and the one after, and none that is older or newer', async () => {
    for (const [steps, expected] of [
      [-2, 'second_factor_invalid'],
      [-1, 'ok'],
      [0, 'ok'],
      [1, 'ok'],
      [2, 'second_factor_invalid'],
    ] as const) {
      const person = await makePerson(runtime);
      const { secret } = await person.addTotp();
      runtime.clock.advance(60);
      const challenge = await challengeOf(person);
      expect([steps, await codeOf(complete({ challenge, code: codeFor(runtime, secret, steps) }))]).toEqual([
        steps,
        expected,
      ]);
    }
  });

  test('takes a code once, and after it none of an earlier half minute', async () => {
    const person = await makePerson(runtime);
    const { secret } = await person.addTotp();
    runtime.clock.advance(30);
    const challenge = await challengeOf(person);
    await complete({ challenge, code: codeFor(runtime, secret) });
    const before = await sessionsOf(person);
    for (const steps of [0, -1]) {
      const code = codeFor(runtime, secret, steps);
      expect(await codeOf(complete({ challenge: await challengeOf(person), code }))).toBe('second_factor_invalid');
    }
    expect(await sessionsOf(person)).toEqual(before);
    await complete({ challenge, code: codeFor(runtime, secret, 1) });
  });

  test('does not take the code that has confirmed the app', async () => {
    const person = await makePerson(runtime);
    const ctx = await person.logIn();
    const { secret } = await call(ctx, (api) => api.secondFactor.beginTotp());
    const code = codeFor(runtime, secret);
    await call(ctx, (api) => api.secondFactor.confirmTotp({ code }));
    expect(await codeOf(complete({ challenge: await challengeOf(person), code }))).toBe('second_factor_invalid');
  });

  test('does not take the code of somebody else', async () => {
    const [person, other] = [await makePerson(runtime), await makePerson(runtime)];
    await person.addTotp();
    const { secret, recoveryCodes } = await other.addTotp();
    const challenge = await challengeOf(person);
    expect(await codeOf(complete({ challenge, code: codeFor(runtime, secret) }))).toBe('second_factor_invalid');
    const [recoveryCode = ''] = recoveryCodes;
    expect(await codeOf(complete({ challenge, recoveryCode }))).toBe('second_factor_invalid');
    expect((await call(await other.logIn(), (api) => api.secondFactor.list())).recoveryCodesLeft).toBe(10);
  });

  test('takes each recovery code once, however it is written', async () => {
    const person = await makePerson(runtime);
    const { recoveryCodes } = await person.addTotp();
    const [first = '', second = ''] = recoveryCodes;
    const challenge = await challengeOf(person);
    await complete({ challenge, recoveryCode: first });
    expect(await codeOf(complete({ challenge, recoveryCode: first }))).toBe('second_factor_invalid');
    await complete({ challenge, recoveryCode: ` ${second.toUpperCase().replaceAll('-', ' ')} ` });
    const { recoveryCodesLeft } = await call(await person.logIn(), (api) => api.secondFactor.list());
    expect(recoveryCodesLeft).toBe(8);
  });

  test('offers no recovery code when all are used', async () => {
    const person = await makePerson(runtime);
    const { recoveryCodes } = await person.addTotp();
    const challenge = await challengeOf(person);
    for (const recoveryCode of recoveryCodes) await complete({ challenge, recoveryCode });
    expect((await refusalOf(person.logInByPassword())).details?.['methods']).toEqual(['totp']);
  });

  test('takes new recovery codes, and none of the replaced ones', async () => {
    const person = await makePerson(runtime);
    const { recoveryCodes: old } = await person.addTotp();
    const { recoveryCodes } = await call(await person.logIn(), (api) => api.secondFactor.regenerateRecoveryCodes());
    expect(new Set([...old, ...recoveryCodes]).size).toBe(20);
    const challenge = await challengeOf(person);
    expect(await codeOf(complete({ challenge, recoveryCode: old[0] ?? '' }))).toBe('second_factor_invalid');
    await complete({ challenge, recoveryCode: recoveryCodes[0] ?? '' });
  });

  test.each([
    ['nothing', {}],
    ['two proofs', { code: '123456', recoveryCode: 'aaaa-aaaa-aaaa-aaaa' }],
    ['five digits', { code: '12345' }],
    ['letters', { code: '12345a' }],
    ['a recovery code that is too short', { recoveryCode: 'aaaa-aaaa' }],
  ])('refuses %s as bad input', async (_name, proof) => {
    expect(await codeOf(complete({ challenge: 'x', ...proof }))).toBe('invalid_input');
  });
});

test('an account without a second factor has no recovery codes to replace', async () => {
  const ctx = await (await makePerson(runtime)).logIn();
  expect(await codeOf(call(ctx, (api) => api.secondFactor.regenerateRecoveryCodes()))).toBe('second_factor_not_set_up');
});

describe('the challenge between the two', () => {
  test('dies after five minutes', async () => {
    const person = await makePerson(runtime);
    const { secret } = await person.addTotp();
    const challenge = await challengeOf(person);
    runtime.clock.advance(299);
    expect(await codeOf(complete({ challenge, code: '000000' }))).toBe('second_factor_invalid');
    runtime.clock.advance(1);
    expect(await codeOf(complete({ challenge, code: codeFor(runtime, secret) }))).toBe('login_challenge_invalid');
  });

  test('dies with a password change, and with the account', async () => {
    for (const change of [
      `update users set password_version = password_version + 1 where id = $1`,
      `update users set status = 'disabled' where id = $1`,
    ]) {
      const person = await makePerson(runtime);
      const { secret } = await person.addTotp();
      const challenge = await challengeOf(person);
      const before = await sessionsOf(person);
      await querySql(runtime.databaseUrl, change, [person.id]);
      expect(await codeOf(complete({ challenge, code: codeFor(runtime, secret) }))).toBe('login_challenge_invalid');
      expect(await codeOf(call(guest(runtime), (api) => api.secondFactor.loginOptions({ challenge })))).toBe(
        'login_challenge_invalid',
      );
      expect(await sessionsOf(person)).toEqual(before);
    }
  });

  test('opens nothing when a password change overtakes it', async () => {
    const person = await makePerson(runtime);
    const { secret } = await person.addTotp();
    const challenge = await challengeOf(person);
    const before = await sessionsOf(person);
    // The password changes after the challenge was looked at, and before the session is opened.
    const limiter = {
      ...runtime.limiter,
      attempt: async (...args: Parameters<typeof runtime.limiter.attempt>) => {
        await querySql(runtime.databaseUrl, 'update users set password_version = 99 where id = $1', [person.id]);
        return runtime.limiter.attempt(...args);
      },
    };
    const code = codeFor(runtime, secret);
    expect(await codeOf(complete({ challenge, code }, guest(runtime, { limiter })))).toBe('credentials_invalid');
    expect(await sessionsOf(person)).toEqual(before);
  });

  test('cannot be made by anybody else, or of another sealed text', async () => {
    const person = await makePerson(runtime);
    const { secret } = await person.addTotp();
    const challenge = await challengeOf(person);
    const code = codeFor(runtime, secret);
    const [iv, text, tag] = challenge.split('.');
    const forged = ['x', 'a.b.c', `${iv}.${text}`, `${iv}.${text}.${tag?.slice(1)}A`, `A${challenge.slice(1)}`];
    for (const each of forged)
      expect(await codeOf(complete({ challenge: each, code }))).toBe('login_challenge_invalid');
    const config = { ...runtime.config, authSecret: 'another secret of at least forty characters' };
    expect(await codeOf(complete({ challenge, code }, guest(runtime, { config })))).toBe('login_challenge_invalid');
  });
});

describe('guessing', () => {
  test('ten wrong codes of an account, from anywhere, close its second factor, and not its password', async () => {
    const person = await makePerson(runtime);
    const { secret } = await person.addTotp();
    const challenge = await challengeOf(person);
    const codes = await Promise.all(Array.from({ length: 30 }, () => codeOf(complete({ challenge, code: '000000' }))));
    expect(codes.filter((code) => code === 'second_factor_invalid').length).toBeLessThanOrEqual(10);
    expect(await codeOf(complete({ challenge, code: codeFor(runtime, secret) }))).toBe('rate_limited');
    await challengeOf(person);
    runtime.clock.advance(900);
    await complete({ challenge: await challengeOf(person), code: codeFor(runtime, secret) });
  });

  test('success is not counted', async () => {
    const person = await makePerson(runtime);
    const { secret } = await person.addTotp();
    for (let n = 0; n < 12; n += 1) {
      runtime.clock.advance(30);
      await complete({ challenge: await challengeOf(person), code: codeFor(runtime, secret) });
    }
  });
});
