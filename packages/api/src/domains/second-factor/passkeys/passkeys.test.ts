import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Authenticator, createAuthenticator, type Lies, USER_VERIFIED } from '../../../testing/authenticator.ts';
import { createFastHasher, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { call, codeOf, guest, makePerson, type Person, refusalOf } from '../../../testing/people.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  const env = { STOREFRONT_URL: 'http://shop.localhost:4000', LIMIT_LOGIN_FAILURES_PER_15MIN: '0' };
  runtime = await makeTestRuntime({ env, overrides: { passwords: createFastHasher() } });
});
afterAll(() => runtime.dispose());

const passkeysOf = ({ id }: Person) =>
  querySql(runtime.databaseUrl, 'select * from passkeys where user_id = $1 order by id', [id]);
const sessionsOf = ({ id }: Person) =>
  querySql<{ amr: string[] }>(runtime.databaseUrl, 'select amr from sessions where user_id = $1 order by id', [id]);

const loginOptions = () => call(guest(runtime), (api) => api.secondFactor.passkeyOptions());
const logIn = (passkey: ReturnType<Authenticator['get']>) =>
  call(guest(runtime), (api) => api.secondFactor.passkeyLogin({ passkey }));

describe('a passkey', () => {
  test('is added to the account that is logged in, with recovery codes when it is the first factor', async () => {
    const person = await makePerson(runtime);
    const ctx = await person.logIn();
    const options = await call(ctx, (api) => api.secondFactor.registrationOptions());
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'Cartwright' },
      user: { id: Buffer.from(person.id).toString('base64url'), name: person.email, displayName: person.email },
      excludeCredentials: [],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
    });
    const authenticator = createAuthenticator();
    const input = { name: 'Phone', passkey: authenticator.create(options) };
    const added = await call(ctx, (api) => api.secondFactor.registerPasskey(input));
    expect(added.passkey).toEqual({
      id: expect.any(String),
      name: 'Phone',
      backedUp: false,
      createdAt: runtime.clock.now(),
      lastUsedAt: null,
    });
    expect(added.recoveryCodes).toHaveLength(10);
    expect(await person.methods()).toEqual(['recovery_code', 'passkey']);
    const again = await call(ctx, (api) => api.secondFactor.registrationOptions());
    expect(again.excludeCredentials).toEqual([{ type: 'public-key', id: authenticator.id, transports: ['internal'] }]);
    expect((await person.addPasskey('Laptop')).recoveryCodes).toBeNull();
  });

  test('logs in by itself, and counts as both factors', async () => {
    const person = await makePerson(runtime);
    const { authenticator, passkeyId } = await person.addPasskey();
    await querySql(runtime.databaseUrl, 'delete from sessions where user_id = $1', [person.id]);
    const options = await loginOptions();
    runtime.clock.advance(10);
    const result = await logIn(authenticator.get(options));
    expect(result.user.email).toBe(person.email);
    expect(await sessionsOf(person)).toEqual([{ amr: ['hwk', 'user', 'mfa'] }]);
    const { passkeys } = await call(await person.as(result.accessToken), (api) => api.secondFactor.list());
    expect(passkeys).toMatchObject([{ id: passkeyId, lastUsedAt: runtime.clock.now() }]);
  });

  test('is a second factor after the password', async () => {
    const person = await makePerson(runtime);
    const { authenticator } = await person.addPasskey();
    await querySql(runtime.databaseUrl, 'delete from sessions where user_id = $1', [person.id]);
    const { code, details } = await refusalOf(person.logInByPassword());
    expect([code, details?.['methods']]).toEqual(['second_factor_required', ['recovery_code', 'passkey']]);
    const challenge = String(details?.['challenge']);
    const options = await call(guest(runtime), (api) => api.secondFactor.loginOptions({ challenge }));
    expect(options.allowCredentials.map(({ id }) => id)).toEqual([authenticator.id]);
    const passkey = authenticator.get(options, { userHandle: undefined });
    await call(guest(runtime), (api) => api.secondFactor.complete({ challenge, passkey }));
    expect(await sessionsOf(person)).toEqual([{ amr: ['pwd', 'hwk', 'user', 'mfa'] }]);
  });

  test('works on the pages of the storefront too', async () => {
    const person = await makePerson(runtime);
    const { authenticator } = await person.addPasskey();
    await logIn(authenticator.get(await loginOptions(), { origin: 'http://shop.localhost:4000' }));
  });

  test('of a device that does not count may stay at zero', async () => {
    const person = await makePerson(runtime);
    const ctx = await person.logIn();
    const authenticator = createAuthenticator();
    const options = await call(ctx, (api) => api.secondFactor.registrationOptions());
    const passkey = authenticator.create(options, { signCount: 0 });
    await call(ctx, (api) => api.secondFactor.registerPasskey({ name: 'Cloud', passkey }));
    for (let n = 0; n < 2; n += 1) await logIn(authenticator.get(await loginOptions(), { signCount: 0 }));
  });

  test('may sign its own attestation', async () => {
    const person = await makePerson(runtime);
    const ctx = await person.logIn();
    const options = await call(ctx, (api) => api.secondFactor.registrationOptions());
    const passkey = createAuthenticator().create(options, { attestation: 'self' });
    await call(ctx, (api) => api.secondFactor.registerPasskey({ name: 'Key', passkey }));
  });

  test('is renamed and removed by its owner, and by nobody else', async () => {
    const [person, other] = [await makePerson(runtime), await makePerson(runtime)];
    const { passkeyId, authenticator } = await person.addPasskey();
    const before = await passkeysOf(person);
    const stranger = await other.logIn();
    for (const attempt of [
      call(stranger, (api) => api.secondFactor.renamePasskey({ passkeyId, name: 'Mine' })),
      call(stranger, (api) => api.secondFactor.removePasskey({ passkeyId })),
    ]) {
      expect(await codeOf(attempt)).toBe('not_found');
    }
    expect(await passkeysOf(person)).toEqual(before);

    const ctx = await person.logIn();
    const renamed = await call(ctx, (api) => api.secondFactor.renamePasskey({ passkeyId, name: 'Old phone' }));
    expect(renamed).toMatchObject({ id: passkeyId, name: 'Old phone' });
    await call(ctx, (api) => api.secondFactor.removePasskey({ passkeyId }));
    expect(await call(ctx, (api) => api.secondFactor.list())).toMatchObject({ passkeys: [], recoveryCodesLeft: 0 });
    expect(await codeOf(logIn(authenticator.get(await loginOptions())))).toBe('passkey_invalid');
    await person.logInByPassword();
  });

  test('leaves the authenticator app and the recovery codes when it goes', async () => {
    const person = await makePerson(runtime);
    await person.addTotp();
    const { passkeyId } = await person.addPasskey();
    await call(await person.logIn(), (api) => api.secondFactor.removePasskey({ passkeyId }));
    expect(await person.methods()).toEqual(['totp', 'recovery_code']);
  });
});

describe('asking for a passkey to log in', () => {
  test('is answered alike whoever asks: by a challenge and nothing of any account', async () => {
    await (await makePerson(runtime)).addPasskey();
    const [first, second] = [await loginOptions(), await loginOptions()];
    expect(first).toEqual({
      challenge: expect.stringMatching(/^[\w-]{43}$/),
      rpId: 'localhost',
      timeout: 300_000,
      allowCredentials: [],
      userVerification: 'required',
    });
    expect({ ...second, challenge: '' }).toEqual({ ...first, challenge: '' });
    expect(second.challenge).not.toBe(first.challenge);
  });

  test('a passkey that nobody has is refused as a wrong one is', async () => {
    const person = await makePerson(runtime);
    const { authenticator } = await person.addPasskey();
    const unknown = createAuthenticator();
    const refusals = [
      await refusalOf(logIn(unknown.get(await loginOptions(), { userHandle: handleOf(person) }))),
      await refusalOf(logIn(authenticator.get(await loginOptions(), { origin: 'https://evil.example' }))),
    ];
    expect(refusals).toEqual([{ code: 'passkey_invalid' }, { code: 'passkey_invalid' }]);
  });
});

const handleOf = ({ id }: { id: string }) => Buffer.from(id).toString('base64url');
/** The bytes with one bit of the byte at `offset` turned over; -1 is the last one. */
const flip = (text: string, offset: number) => {
  const bytes = Buffer.from(text, 'base64url');
  const at = offset < 0 ? bytes.length + offset : offset;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes.toString('base64url');
};

describe('an answer to log in is refused', () => {
  const lies: [string, Lies][] = [
    ['from another origin', { origin: 'https://evil.example' }],
    ['from our host at another port', { origin: 'http://localhost:3001' }],
    ['from a page of ours in a frame of somebody else’s', { crossOrigin: true }],
    ['made for another site', { rpId: 'evil.example' }],
    ['to a challenge that is not ours', { challenge: 'A'.repeat(43) }],
    ['to no challenge', { challenge: '' }],
    ['that is a registration', { type: 'webauthn.create' }],
    ['without the check of its owner', { without: USER_VERIFIED }],
    ['without its owner being there', { without: USER_VERIFIED | 1 }],
    ['with the count of before', { signCount: 1 }],
    ['with a count that was taken back', { signCount: 0 }],
    ['without saying whose it is', { userHandle: undefined }],
    ['in the name of somebody else', { userHandle: handleOf({ id: '01a20916-bf14-7f9f-a01b-5916b6346912' }) }],
  ];
  test.each(lies)('%s, and nothing changes', async (_name, lie) => {
    const person = await makePerson(runtime);
    const { authenticator } = await person.addPasskey();
    const [passkeys, sessions] = [await passkeysOf(person), await sessionsOf(person)];
    expect(await codeOf(logIn(authenticator.get(await loginOptions(), lie)))).toBe('passkey_invalid');
    expect([await passkeysOf(person), await sessionsOf(person)]).toEqual([passkeys, sessions]);
  });

  test('with a signature, data or credential that was tampered with', async () => {
    const [person, other] = [await makePerson(runtime), await makePerson(runtime)];
    const { authenticator } = await person.addPasskey();
    const { authenticator: others } = await other.addPasskey();
    const answer = async () => authenticator.get(await loginOptions());
    const { response, ...rest } = await answer();
    const second = await answer();
    for (const forged of [
      { ...rest, response: { ...response, signature: flip(response.signature, 8) } },
      { ...second, response: { ...second.response, authenticatorData: flip(second.response.authenticatorData, 36) } },
      { ...(await answer()), id: others.id, rawId: others.id },
      { ...(await answer()), rawId: others.id },
    ]) {
      expect(await codeOf(logIn(forged))).toBe('passkey_invalid');
    }
    await logIn(await answer());
  });

  test('that was given before, or whose challenge was', async () => {
    const person = await makePerson(runtime);
    const { authenticator } = await person.addPasskey();
    const options = await loginOptions();
    const answer = authenticator.get(options);
    await logIn(answer);
    const sessions = await sessionsOf(person);
    expect(await codeOf(logIn(answer))).toBe('passkey_invalid');
    expect(await codeOf(logIn(authenticator.get(options)))).toBe('passkey_invalid');
    expect(await sessionsOf(person)).toEqual(sessions);
  });

  test('when a wrong answer has used up the challenge', async () => {
    const { authenticator } = await (await makePerson(runtime)).addPasskey();
    const options = await loginOptions();
    expect(await codeOf(logIn(authenticator.get(options, { origin: 'https://evil.example' })))).toBe('passkey_invalid');
    expect(await codeOf(logIn(authenticator.get(options)))).toBe('passkey_invalid');
  });

  test('after five minutes', async () => {
    const { authenticator } = await (await makePerson(runtime)).addPasskey();
    const [first, second] = [await loginOptions(), await loginOptions()];
    runtime.clock.advance(299);
    await logIn(authenticator.get(first));
    runtime.clock.advance(1);
    expect(await codeOf(logIn(authenticator.get(second)))).toBe('passkey_invalid');
  });

  test('of a disabled account', async () => {
    const person = await makePerson(runtime);
    const { authenticator } = await person.addPasskey();
    await querySql(runtime.databaseUrl, `update users set status = 'disabled' where id = $1`, [person.id]);
    const sessions = await sessionsOf(person);
    expect(await codeOf(logIn(authenticator.get(await loginOptions())))).toBe('passkey_invalid');
    expect(await sessionsOf(person)).toEqual(sessions);
  });

  test.each([
    ['no base64url', { clientDataJSON: '****' }, 'invalid_input'],
    ['no JSON', { clientDataJSON: Buffer.from('{').toString('base64url') }, 'passkey_invalid'],
    ['no object', { clientDataJSON: Buffer.from('null').toString('base64url') }, 'passkey_invalid'],
    ['no authenticator data', { authenticatorData: 'AA' }, 'passkey_invalid'],
    ['no signature', { signature: 'AA' }, 'passkey_invalid'],
  ])('that is %s', async (_name, change, expected) => {
    const { authenticator } = await (await makePerson(runtime)).addPasskey();
    const { response, ...rest } = authenticator.get(await loginOptions());
    expect(await codeOf(logIn({ ...rest, response: { ...response, ...change } }))).toBe(expected);
  });
});

describe('a challenge is for its purpose and account alone', () => {
  test('of a log-in, a second factor, a step-up or a registration, and of nobody else', async () => {
    const [person, other] = [await makePerson(runtime), await makePerson(runtime)];
    const [{ authenticator }, { authenticator: others }] = [await person.addPasskey(), await other.addPasskey()];
    const [ctx, othersCtx] = [await person.logIn(), await other.logIn()];
    const challenge = String((await refusalOf(person.logInByPassword())).details?.['challenge']);
    const othersChallenge = String((await refusalOf(other.logInByPassword())).details?.['challenge']);
    const ask = {
      logIn: loginOptions,
      secondFactor: () => call(guest(runtime), (api) => api.secondFactor.loginOptions({ challenge })),
      stepUp: () => call(ctx, (api) => api.secondFactor.stepUpOptions()),
      othersSecondFactor: () =>
        call(guest(runtime), (api) => api.secondFactor.loginOptions({ challenge: othersChallenge })),
      othersStepUp: () => call(othersCtx, (api) => api.secondFactor.stepUpOptions()),
      registration: async () => {
        const { challenge: asked } = await call(ctx, (api) => api.secondFactor.registrationOptions());
        return { ...(await loginOptions()), challenge: asked };
      },
    };
    type Asked = keyof typeof ask;
    const answer = {
      logIn: (passkey: ReturnType<Authenticator['get']>) => logIn(passkey),
      secondFactor: (passkey: ReturnType<Authenticator['get']>) =>
        call(guest(runtime), (api) => api.secondFactor.complete({ challenge, passkey })),
      stepUp: (passkey: ReturnType<Authenticator['get']>) => call(ctx, (api) => api.secondFactor.stepUp({ passkey })),
    };
    const right: string[] = [];
    for (const asked of Object.keys(ask) as Asked[]) {
      for (const [used, use] of Object.entries(answer)) {
        const code = await codeOf(use(authenticator.get(await ask[asked]())));
        if (code === 'ok') right.push(`${asked} ${used}`);
        else expect([asked, used, code]).toEqual([asked, used, 'passkey_invalid']);
      }
    }
    expect(right).toEqual(['logIn logIn', 'secondFactor secondFactor', 'stepUp stepUp']);
    // Their own passkey proves nothing of somebody else, whatever name it gives.
    for (const lie of [{}, { userHandle: handleOf(person) }, { userHandle: undefined }]) {
      expect(await codeOf(answer.secondFactor(others.get(await ask.secondFactor(), lie)))).toBe('passkey_invalid');
      expect(await codeOf(answer.stepUp(others.get(await ask.stepUp(), lie)))).toBe('passkey_invalid');
    }
  });
});

describe('a new passkey is refused', () => {
  const register = async (
    person: Person,
    lie: Lies,
    tamper = (passkey: ReturnType<Authenticator['create']>) => passkey,
  ) => {
    const ctx = await person.logIn();
    const options = await call(ctx, (api) => api.secondFactor.registrationOptions());
    const passkey = tamper(createAuthenticator().create(options, lie));
    return codeOf(call(ctx, (api) => api.secondFactor.registerPasskey({ name: 'Key', passkey })));
  };
  const lies: [string, Lies][] = [
    ['from another origin', { origin: 'https://evil.example' }],
    ['from a frame of somebody else’s', { crossOrigin: true }],
    ['made for another site', { rpId: 'evil.example' }],
    ['for a challenge that is not ours', { challenge: 'A'.repeat(43) }],
    ['that is an answer to a log-in', { type: 'webauthn.get' }],
    ['that does not check its owner', { without: USER_VERIFIED }],
    ['with the certificate of somebody else', { attestation: 'certificate' }],
  ];
  test.each(lies)('%s, and nothing is added', async (_name, lie) => {
    const person = await makePerson(runtime);
    expect(await register(person, lie)).toBe('passkey_not_accepted');
    expect(await passkeysOf(person)).toEqual([]);
  });

  test('when its attestation was tampered with', async () => {
    const person = await makePerson(runtime);
    const at = (offset: number) => (passkey: ReturnType<Authenticator['create']>) => ({
      ...passkey,
      response: { ...passkey.response, attestationObject: flip(passkey.response.attestationObject, offset) },
    });
    // The last byte is one of the new key, and its own signature is over it.
    for (const offset of [2, -1]) {
      expect(await register(person, { attestation: 'self' }, at(offset))).toBe('passkey_not_accepted');
    }
    expect(await passkeysOf(person)).toEqual([]);
  });

  test('when its options were answered before, are those of somebody else, or are old', async () => {
    const [person, other] = [await makePerson(runtime), await makePerson(runtime)];
    const [ctx, othersCtx] = [await person.logIn(), await other.logIn()];
    const options = () => call(ctx, (api) => api.secondFactor.registrationOptions());
    const add = (on: typeof ctx, passkey: ReturnType<Authenticator['create']>) =>
      codeOf(call(on, (api) => api.secondFactor.registerPasskey({ name: 'Key', passkey })));
    const first = await options();
    expect(await add(ctx, createAuthenticator().create(first))).toBe('ok');
    expect(await add(ctx, createAuthenticator().create(first))).toBe('passkey_not_accepted');
    expect(await add(othersCtx, createAuthenticator().create(await options()))).toBe('passkey_not_accepted');
    const old = await options();
    runtime.clock.advance(300);
    const later = { ...ctx, now: runtime.clock.now() };
    expect(await add(later, createAuthenticator().create(old))).toBe('passkey_not_accepted');
    expect([(await passkeysOf(person)).length, (await passkeysOf(other)).length]).toEqual([1, 0]);
  });

  test('when the credential belongs to an account already', async () => {
    const [person, other] = [await makePerson(runtime), await makePerson(runtime)];
    const { authenticator } = await person.addPasskey();
    const ctx = await other.logIn();
    const passkey = authenticator.create(await call(ctx, (api) => api.secondFactor.registrationOptions()));
    expect(await codeOf(call(ctx, (api) => api.secondFactor.registerPasskey({ name: 'Key', passkey })))).toBe(
      'passkey_exists',
    );
    expect(await passkeysOf(other)).toEqual([]);
    expect(await other.methods()).toEqual([]);
  });
});

test.each(['\u0000', '', 'not base64url!', 'x'.repeat(201), 4711, null])(
  'a challenge that is none (%j) logs nobody in, and is no error of ours',
  async (challenge) => {
    const person = await makePerson(runtime);
    const { authenticator } = await person.addPasskey();
    const passkey = authenticator.get(await loginOptions());
    const clientDataJSON = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge })).toString('base64url');
    const forged = { ...passkey, response: { ...passkey.response, clientDataJSON } };
    expect(await codeOf(logIn(forged))).toBe('passkey_invalid');
  },
);
