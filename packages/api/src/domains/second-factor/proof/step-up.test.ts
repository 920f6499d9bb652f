import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ctx } from '../../../context.ts';
import { TEST_PASSWORD } from '../../../testing/accounts.ts';
import { createFastHasher, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { call, codeFor, codeOf, makePerson, type Person, refusalOf } from '../../../testing/people.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime({ overrides: { passwords: createFastHasher() } });
});
afterAll(() => runtime.dispose());

const sessionOf = async ({ id }: Person) =>
  (
    await querySql(
      runtime.databaseUrl,
      'select authenticated_at, amr, generation from sessions where user_id = $1 order by created_at desc limit 1',
      [id],
    )
  )[0];

type StepUp = Parameters<Parameters<typeof call>[1]>[0]['secondFactor']['stepUp'];
const stepUp = (ctx: Ctx, input: Parameters<StepUp>[0]) => call(ctx, (api) => api.secondFactor.stepUp(input));
const dangerous = (ctx: Ctx) => codeOf(call(ctx, (api) => api.secondFactor.registrationOptions()));

/** A request of a session whose owner was last proven an hour ago. */
async function anHourLater(person: Person): Promise<Ctx> {
  const { actor } = await person.logIn();
  runtime.clock.advance(3_600);
  return { ...(await person.logIn()), actor, now: runtime.clock.now() };
}

describe('proving again who one is', () => {
  test('by the password opens what is dangerous, for the same session and its next tokens', async () => {
    const person = await makePerson(runtime);
    const { accessToken: _old, refreshToken } = await person.logInByPassword();
    const before = await sessionOf(person);
    runtime.clock.advance(901);
    const renewed = await call(await person.logIn(), (api) => api.auth.refresh({ refreshToken: refreshToken ?? '' }));
    const ctx = await person.as(renewed.accessToken);
    expect(await dangerous(ctx)).toBe('step_up_required');

    const { accessToken, expiresIn } = await stepUp(ctx, { password: TEST_PASSWORD });
    expect(expiresIn).toBe(300);
    const proven = await person.as(accessToken);
    expect(proven.actor).toEqual({ ...ctx.actor, authenticatedAt: runtime.clock.now() });
    expect(await dangerous(proven)).toBe('ok');
    // The token of before says what it said.
    expect(await dangerous(ctx)).toBe('step_up_required');
    expect(before).toMatchObject({ amr: ['pwd'] });
    const next = await call(ctx, (api) => api.auth.refresh({ refreshToken: renewed.refreshToken ?? '' }));
    expect(await dangerous(await person.as(next.accessToken))).toBe('ok');
  });

  test('by a code, a recovery code or a passkey is noted with the session', async () => {
    const person = await makePerson(runtime);
    const { secret, recoveryCodes } = await person.addTotp();
    const { authenticator } = await person.addPasskey();
    for (const [how, amr] of [
      ['code', ['pwd', 'otp']],
      ['recoveryCode', ['pwd', 'otp']],
      ['passkey', ['pwd', 'hwk', 'user']],
    ] as const) {
      const ctx = await anHourLater(person);
      const sessionId = 'sessionId' in ctx.actor ? ctx.actor.sessionId : '';
      const proof =
        how === 'passkey'
          ? { passkey: authenticator.get(await call(ctx, (api) => api.secondFactor.stepUpOptions())) }
          : { [how]: how === 'code' ? codeFor(runtime, secret) : recoveryCodes[0] };
      const actor = await runtime.accessTokens.verify((await stepUp(ctx, proof)).accessToken ?? '');
      expect(actor).toMatchObject({ sessionId, authenticatedAt: runtime.clock.now() });
      const rows = await querySql(
        runtime.databaseUrl,
        'select amr from sessions where user_id = $1 and authenticated_at = $2 and created_at < $2',
        [person.id, runtime.clock.now()],
      );
      expect([how, rows]).toEqual([how, [{ amr: [...amr] }]]);
    }
  });

  test('takes the second factor where there is one: the password is not enough', async () => {
    const person = await makePerson(runtime);
    await person.addTotp();
    const ctx = await person.logIn();
    const before = await sessionOf(person);
    runtime.clock.advance(60);
    expect(await refusalOf(stepUp(ctx, { password: TEST_PASSWORD }))).toEqual({
      code: 'second_factor_required',
      details: { methods: ['totp', 'recovery_code'] },
    });
    expect(await sessionOf(person)).toEqual(before);
  });

  test('refuses a wrong proof, and the session stays as it was', async () => {
    const [person, other] = [await makePerson(runtime), await makePerson(runtime)];
    const { secret } = await other.addTotp();
    const ctx = await person.logIn();
    const before = await sessionOf(person);
    runtime.clock.advance(60);
    expect(await codeOf(stepUp(ctx, { password: 'wrong password' }))).toBe('credentials_invalid');
    expect(await codeOf(stepUp(ctx, { code: codeFor(runtime, secret) }))).toBe('second_factor_invalid');
    expect(await codeOf(stepUp(ctx, { recoveryCode: 'aaaa-aaaa-aaaa-aaaa' }))).toBe('second_factor_invalid');
    expect(await codeOf(stepUp(ctx, {}))).toBe('invalid_input');
    expect(await codeOf(stepUp(ctx, { password: TEST_PASSWORD, code: '123456' }))).toBe('invalid_input');
    expect(await sessionOf(person)).toEqual(before);
  });

  test('an account without a password cannot prove one', async () => {
    const person = await makePerson(runtime);
    await querySql(runtime.databaseUrl, 'update users set password_hash = null where id = $1', [person.id]);
    expect(await codeOf(stepUp(await person.logIn(), { password: TEST_PASSWORD }))).toBe('credentials_invalid');
  });

  test('ten guesses of the password are all, those at the log-in included', async () => {
    const person = await makePerson(runtime);
    for (let n = 0; n < 5; n += 1) await codeOf(person.logInByPassword(`wrong ${n}`));
    const codes: string[] = [];
    for (let n = 0; n < 10; n += 1) {
      codes.push(
        await codeOf(stepUp({ ...(await person.logIn()), clientAddress: `198.51.100.${n}` }, { password: `no ${n}` })),
      );
    }
    expect(codes.filter((code) => code === 'credentials_invalid').length).toBeLessThanOrEqual(5);
    expect(await codeOf(stepUp({ ...(await person.logIn()) }, { password: TEST_PASSWORD }))).toBe('rate_limited');
  });

  test('a session that has ended is not proven again, and the code is not used up', async () => {
    const person = await makePerson(runtime);
    const { secret } = await person.addTotp();
    const ctx = await person.logIn();
    await querySql(runtime.databaseUrl, 'delete from sessions where user_id = $1', [person.id]);
    const code = codeFor(runtime, secret);
    expect(await codeOf(stepUp(ctx, { code }))).toBe('unauthenticated');
    await stepUp(await person.logIn(), { code });
  });

  test('is not for programs, guests or staff who look on', async () => {
    const person = await makePerson(runtime);
    const ctx = await person.logIn();
    const as = (actor: Ctx['actor']) => codeOf(stepUp({ ...ctx, actor }, { password: TEST_PASSWORD }));
    expect(await as({ kind: 'guest' })).toBe('unauthenticated');
    expect(await as({ kind: 'apiKey', keyId: 'k', userId: person.id, permissions: [] })).toBe('forbidden');
    const onlooker = { kind: 'impersonation', userId: person.id, staffId: person.id, sessionId: 's' } as const;
    expect(await as(onlooker)).toBe('impersonation_read_only');
  });
});

test('what changes factors asks for a proof of the last fifteen minutes', async () => {
  const person = await makePerson(runtime);
  await person.addTotp();
  const { passkeyId } = await person.addPasskey();
  const ctx = await anHourLater(person);
  const passkey = {
    id: 'a',
    rawId: 'a',
    type: 'public-key' as const,
    response: { clientDataJSON: 'a', attestationObject: 'a' },
  };
  const codes = await Promise.all([
    codeOf(call(ctx, (api) => api.secondFactor.beginTotp())),
    codeOf(call(ctx, (api) => api.secondFactor.removeTotp())),
    codeOf(call(ctx, (api) => api.secondFactor.regenerateRecoveryCodes())),
    codeOf(call(ctx, (api) => api.secondFactor.registrationOptions())),
    codeOf(call(ctx, (api) => api.secondFactor.registerPasskey({ name: 'Key', passkey }))),
    codeOf(call(ctx, (api) => api.secondFactor.removePasskey({ passkeyId }))),
  ]);
  expect(codes).toEqual(codes.map(() => 'step_up_required'));
  expect(await person.methods()).toEqual(['totp', 'recovery_code', 'passkey']);
});
