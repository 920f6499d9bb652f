import { querySql } from '@cartwright/db/testing';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ctx, Runtime } from '../../context.ts';
import { openAccount, type TestAccount } from '../../testing/accounts.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import type { AccessTokens } from './access-tokens.ts';
import { createAccessTokens } from './jwt-access-tokens.ts';
import { refreshSession } from './refresh-session.ts';
import { authRouter } from './router.ts';

let runtime: TestRuntime;
/** Two more processes on the same database. */
let others: AccessTokens[];
let ada: TestAccount;
let staff: TestAccount;

beforeEach(async () => {
  await runtime?.dispose();
  runtime = await makeTestRuntime();
  const { authSecret, publicUrl: issuer } = runtime.config;
  others = [0, 1].map(() => createAccessTokens({ ...runtime, authSecret, issuer }));
  [ada, staff] = [await openAccount(runtime), await openAccount(runtime, { roleNames: ['administrator'] })];
  for (const process of others) expect(await process.verify(ada.accessToken)).toBeDefined();
});
afterAll(() => runtime.dispose());

const everywhere = () => [runtime.accessTokens, ...others];
const kidOf = (token: string) => decodeProtectedHeader(token).kid;

async function asStaff(options: Partial<Ctx> = {}) {
  const { id: userId } = staff;
  const session = { sessionId: staff.sessionId, authenticatedAt: runtime.clock.now() };
  const actor = { kind: 'staff' as const, userId, ...session, permissions: ['keys:rotate'] as const };
  return authRouter.createCaller(makeCtx(runtime, { actor, ...options }));
}

/** Renews the session in a process. */
async function refreshIn(accessTokens: AccessTokens, refreshToken: string) {
  const other: Runtime = { ...runtime, accessTokens };
  return refreshSession(makeCtx(other), { refreshToken });
}

/** In how many processes each token is accepted. */
const acceptedBy = async (token: string) =>
  (await Promise.all(everywhere().map((process) => process.verify(token)))).filter((actor) => actor !== undefined)
    .length;

describe('rotating the signing keys', () => {
  test('logs nobody out: every token is accepted everywhere, at every moment of a quarter of an hour', async () => {
    const [before] = (await (await asStaff()).listSigningKeys()).items;
    const { kid, sessionsEnded } = await (await asStaff()).rotateSigningKeys();
    expect(sessionsEnded).toBe(0);
    const kids: (string | undefined)[] = [];
    let { accessToken, refreshToken } = ada;
    for (let second = 0; second < 900; second += 1) {
      runtime.clock.advance(1);
      if (second % 3 === 0) {
        // Each time another process renews the tokens, and all of them meet the new one at once.
        const process = everywhere()[(second / 3) % 3] ?? runtime.accessTokens;
        ({ accessToken, refreshToken } = await refreshIn(process, refreshToken));
        kids.push(kidOf(accessToken));
      }
      expect(await acceptedBy(accessToken), `after ${second} s`).toBe(3);
    }
    const change = kids.indexOf(kid);
    expect(change).toBeGreaterThanOrEqual(3);
    expect(change).toBeLessThanOrEqual(6);
    expect([...new Set(kids)]).toEqual([before?.kid, kid]);
  });

  test('leaves the tokens that are out alone until they expire, and publishes both keys meanwhile', async () => {
    await (await asStaff()).rotateSigningKeys({});
    runtime.clock.advance(299);
    expect(await acceptedBy(ada.accessToken)).toBe(3);
    const published = async () => (await runtime.accessTokens.jwks()).keys.map(({ kid }) => kid);
    expect(await published()).toHaveLength(2);
    runtime.clock.advance(315);
    const { items } = await (await asStaff()).listSigningKeys();
    expect(items.map(({ state }) => state)).toEqual(['signing', 'retired']);
    expect(await published()).toEqual([items[0]?.kid]);
  });

  test('shows what each key is good for, and no secret', async () => {
    const began = runtime.clock.now();
    const states = async () => (await (await asStaff()).listSigningKeys()).items.map(({ state }) => state);
    expect(await states()).toEqual(['signing']);
    runtime.clock.advance(60);
    const { kid } = await (await asStaff()).rotateSigningKeys();
    const rotated = runtime.clock.now();
    expect(await states()).toEqual(['next', 'signing']);
    runtime.clock.advance(10);
    expect(await states()).toEqual(['signing', 'verifying']);
    const { items } = await (await asStaff()).listSigningKeys();
    expect(items).toEqual([
      { kid, state: 'signing', createdAt: rotated, retiredAt: null, revokedAt: null },
      {
        kid: kidOf(ada.accessToken),
        state: 'verifying',
        createdAt: began,
        retiredAt: new Date(rotated.getTime() + 10_000),
        revokedAt: null,
      },
    ]);
    await (await asStaff()).rotateSigningKeys({ emergency: true });
    expect(await states()).toEqual(['signing', 'revoked', 'revoked']);
  });

  test('is kept in the audit log with who did it', async () => {
    const { kid } = await (await asStaff({ requestId: 'r-1' })).rotateSigningKeys({
      emergency: true,
      endSessions: true,
    });
    expect(
      await querySql(runtime.databaseUrl, 'select action, target, detail, actor, request_id from audit_log'),
    ).toEqual([
      {
        action: 'signing_keys.rotated',
        target: `signing-key:${kid}`,
        detail: { emergency: true, endSessions: true, sessionsEnded: 2 },
        actor: { kind: 'staff', userId: staff.id },
        request_id: 'r-1',
      },
    ]);
  });

  test('ten at once leave one key in use', async () => {
    await Promise.all(Array.from({ length: 10 }, async () => (await asStaff()).rotateSigningKeys({})));
    runtime.clock.advance(20);
    const { items } = await (await asStaff()).listSigningKeys();
    expect(items.filter(({ retiredAt }) => retiredAt === null)).toHaveLength(1);
    expect(items.filter(({ state }) => state === 'signing')).toHaveLength(1);
    expect(items).toHaveLength(11);
  });

  test('needs the permission and a recent proof; otherwise nothing is made', async () => {
    const keys = () => querySql(runtime.databaseUrl, 'select * from signing_keys');
    const before = await keys();
    const actor = { kind: 'customer' as const, userId: ada.id, sessionId: 'x', authenticatedAt: runtime.clock.now() };
    const customer = authRouter.createCaller(makeCtx(runtime, { actor }));
    await expect(customer.rotateSigningKeys({})).rejects.toMatchObject({ cause: { code: 'forbidden' } });
    await expect(customer.listSigningKeys()).rejects.toMatchObject({ cause: { code: 'forbidden' } });
    const stale = await asStaff();
    runtime.clock.advance(901);
    const later = authRouter.createCaller(
      makeCtx(runtime, {
        actor: {
          kind: 'staff',
          userId: staff.id,
          sessionId: staff.sessionId,
          authenticatedAt: new Date(runtime.clock.now().getTime() - 901_000),
          permissions: ['keys:rotate'],
        },
      }),
    );
    await expect(later.rotateSigningKeys({ emergency: true })).rejects.toMatchObject({
      cause: { code: 'step_up_required' },
    });
    expect(await keys()).toEqual(before);
    expect((await stale.listSigningKeys()).items).toHaveLength(1);
  });
});

describe('rotating them in an emergency', () => {
  test('every access token is dead here at once and everywhere within five seconds; clients renew and go on', async () => {
    const tokens = [ada.accessToken, staff.accessToken];
    await (await asStaff()).rotateSigningKeys({ emergency: true });
    for (const token of tokens) expect(await runtime.accessTokens.verify(token)).toBeUndefined();
    runtime.clock.advance(4.999);
    // A process that has not looked since may still sign with the old key, which helps nobody.
    const late = await refreshIn(others[0] as AccessTokens, staff.refreshToken);
    runtime.clock.advance(0.001);
    for (const token of [...tokens, late.accessToken]) expect(await acceptedBy(token)).toBe(0);
    for (const process of everywhere()) {
      const renewed = await refreshIn(process, ada.refreshToken);
      expect(await acceptedBy(renewed.accessToken)).toBe(3);
    }
  });

  test('the revoked keys are published no more', async () => {
    await (await asStaff()).rotateSigningKeys({});
    const { kid } = await (await asStaff()).rotateSigningKeys({ emergency: true });
    expect((await runtime.accessTokens.jwks()).keys.map((key) => key['kid'])).toEqual([kid]);
    runtime.clock.advance(5);
    for (const process of others) expect((await process.jwks()).keys.map((key) => key['kid'])).toEqual([kid]);
  });

  test('with endSessions nobody can renew either, and a new log-in works', async () => {
    const { sessionsEnded } = await (await asStaff()).rotateSigningKeys({ emergency: true, endSessions: true });
    expect(sessionsEnded).toBe(2);
    runtime.clock.advance(5);
    for (const { accessToken, refreshToken } of [ada, staff]) {
      expect(await acceptedBy(accessToken)).toBe(0);
      for (const process of everywhere()) {
        await expect(refreshIn(process, refreshToken)).rejects.toMatchObject({ code: 'refresh_token_invalid' });
      }
    }
    expect(await acceptedBy((await openAccount(runtime)).accessToken)).toBe(3);
  });

  test('endSessions alone ends them too, within five seconds everywhere', async () => {
    await (await asStaff()).rotateSigningKeys({ endSessions: true });
    expect(await runtime.accessTokens.verify(ada.accessToken)).toBeUndefined();
    runtime.clock.advance(5);
    expect(await acceptedBy(ada.accessToken)).toBe(0);
  });
});
