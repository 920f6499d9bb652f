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

const rowOf = async ({ id }: Person) =>
  (await querySql(runtime.databaseUrl, 'select * from totp_factors where user_id = $1', [id]))[0];

describe('an authenticator app', () => {
  test('counts from its first code on, and brings ten recovery codes', async () => {
    const person = await makePerson(runtime);
    const ctx = await person.logIn();
    const { secret, uri } = await call(ctx, (api) => api.secondFactor.beginTotp());
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(uri).toContain(`otpauth://totp/Cartwright:${encodeURIComponent(person.email)}?secret=${secret}&`);
    expect(await person.methods()).toEqual([]);
    await person.logInByPassword();

    const code = codeFor(runtime, secret);
    const { recoveryCodes } = await call(ctx, (api) => api.secondFactor.confirmTotp({ code }));
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const each of recoveryCodes ?? []) expect(each).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
    expect(await person.methods()).toEqual(['totp', 'recovery_code']);
    expect(await call(ctx, (api) => api.secondFactor.list())).toEqual({
      required: false,
      totp: { confirmedAt: runtime.clock.now() },
      passkeys: [],
      recoveryCodesLeft: 10,
    });
  });

  test('leaves neither its secret nor a recovery code in the database', async () => {
    const person = await makePerson(runtime);
    const { secret, recoveryCodes } = await person.addTotp();
    const dump = JSON.stringify([
      await rowOf(person),
      await querySql(runtime.databaseUrl, 'select * from recovery_codes where user_id = $1', [person.id]),
      await querySql(runtime.databaseUrl, 'select payload from outbox'),
    ]);
    for (const hidden of [secret, ...recoveryCodes, ...recoveryCodes.map((each) => each.replaceAll('-', ''))]) {
      expect(dump.toLowerCase()).not.toContain(hidden.toLowerCase());
    }
  });

  test('is not added by a wrong code, and nothing changes', async () => {
    const person = await makePerson(runtime);
    const ctx = await person.logIn();
    const { secret } = await call(ctx, (api) => api.secondFactor.beginTotp());
    const before = await rowOf(person);
    for (const steps of [-2, 2]) {
      const code = codeFor(runtime, secret, steps);
      expect(await codeOf(call(ctx, (api) => api.secondFactor.confirmTotp({ code })))).toBe('totp_code_wrong');
    }
    expect(await rowOf(person)).toEqual(before);
    expect(await person.methods()).toEqual([]);
  });

  test('is confirmed by the secret that was shown last, within 15 minutes, once', async () => {
    const person = await makePerson(runtime);
    const ctx = () => person.logIn();
    const confirm = async (secret: string) => {
      const code = codeFor(runtime, secret);
      return codeOf(call(await ctx(), (api) => api.secondFactor.confirmTotp({ code })));
    };
    expect(await confirm('AAAA')).toBe('totp_not_pending');
    const first = await call(await ctx(), (api) => api.secondFactor.beginTotp());
    const second = await call(await ctx(), (api) => api.secondFactor.beginTotp());
    expect(await confirm(first.secret)).toBe('totp_code_wrong');
    runtime.clock.advance(901);
    expect(await confirm(second.secret)).toBe('totp_not_pending');
    const third = await call(await ctx(), (api) => api.secondFactor.beginTotp());
    runtime.clock.advance(900);
    expect(await confirm(third.secret)).toBe('ok');
    expect(await confirm(third.secret)).toBe('totp_not_pending');
    const row = await rowOf(person);
    expect(await codeOf(call(await ctx(), (api) => api.secondFactor.beginTotp()))).toBe('totp_exists');
    expect(await rowOf(person)).toEqual(row);
  });

  test('is guessed ten times at most while it waits', async () => {
    const person = await makePerson(runtime);
    const ctx = await person.logIn();
    await call(ctx, (api) => api.secondFactor.beginTotp());
    const tries = Array.from({ length: 20 }, (_, n) =>
      codeOf(
        call({ ...ctx, clientAddress: `192.0.2.${n}` }, (api) => api.secondFactor.confirmTotp({ code: '000000' })),
      ),
    );
    const codes = await Promise.all(tries);
    expect(codes.filter((code) => code === 'totp_code_wrong').length).toBeLessThanOrEqual(10);
    expect(codes.filter((code) => code === 'rate_limited').length).toBeGreaterThanOrEqual(10);
  });

  test('that another AUTH_SECRET has sealed is no second factor to pass, nor one to confirm', async () => {
    const person = await makePerson(runtime);
    const { secret } = await person.addTotp();
    const config = { ...runtime.config, authSecret: 'another secret of at least forty characters' };
    const input = { email: person.email, password: TEST_PASSWORD };
    const { details } = await refusalOf(call(guest(runtime, { config }), (api) => api.auth.login(input)));
    const proof = { challenge: String(details?.['challenge']), code: codeFor(runtime, secret) };
    expect(await codeOf(call(guest(runtime, { config }), (api) => api.secondFactor.complete(proof)))).toBe(
      'second_factor_invalid',
    );
  });

  test('goes again, and the recovery codes with it', async () => {
    const person = await makePerson(runtime);
    await person.addTotp();
    const ctx = await person.logIn();
    await call(ctx, (api) => api.secondFactor.removeTotp());
    expect(await person.methods()).toEqual([]);
    expect(await rowOf(person)).toBeUndefined();
    expect((await call(ctx, (api) => api.secondFactor.list())).recoveryCodesLeft).toBe(0);
    expect((await person.logInByPassword()).user.id).toBe(person.id);
    expect(await codeOf(call(ctx, (api) => api.secondFactor.removeTotp()))).toBe('not_found');
  });

  test('that was never confirmed cannot be removed', async () => {
    const person = await makePerson(runtime);
    const ctx = await person.logIn();
    await call(ctx, (api) => api.secondFactor.beginTotp());
    const before = await rowOf(person);
    expect(await codeOf(call(ctx, (api) => api.secondFactor.removeTotp()))).toBe('not_found');
    expect(await rowOf(person)).toEqual(before);
  });
});
