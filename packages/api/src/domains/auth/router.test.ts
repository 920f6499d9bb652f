import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ctx } from '../../context.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { authRouter } from './router.ts';

const PASSWORD = 'correct horse battery staple';
let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

const caller = (options: Partial<Ctx> = {}) => authRouter.createCaller(makeCtx(runtime, options));

describe('the procedures of identity', () => {
  test('lead from registering to me, and out again', async () => {
    const credentials = { email: '  Ada@Example.COM ', password: PASSWORD };
    expect(await caller().register({ ...credentials, name: 'Ada' })).toEqual({});
    const session = await caller().login(credentials);
    expect(session.user.email).toBe('ada@example.com');
    const refreshed = await caller().refresh({ refreshToken: session.refreshToken ?? '' });
    const actor = await runtime.accessTokens.verify(refreshed.accessToken ?? '');
    expect(await caller({ ...(actor && { actor }) }).me()).toEqual(session.user);
    expect(await caller({ ...(actor && { actor }) }).logout()).toEqual({});
    await expect(caller().refresh({ refreshToken: refreshed.refreshToken ?? '' })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      cause: { code: 'refresh_token_invalid' },
    });
    await expect(caller().me()).rejects.toMatchObject({ cause: { code: 'unauthenticated' } });
  });

  test.each([
    ['no address', { email: 'ada', password: PASSWORD }],
    ['an address that is too long', { email: `${'a'.repeat(250)}@example.com`, password: PASSWORD }],
    ['an address with a NUL', { email: 'a\u0000da@example.com', password: PASSWORD }],
    ['a password of 7 characters', { email: 'a@example.com', password: '1234567' }],
    ['a password of 129 characters', { email: 'a@example.com', password: 'x'.repeat(129) }],
    ['half a character as password', { email: 'a@example.com', password: `long enough \ud800` }],
    ['an empty name', { email: 'a@example.com', password: PASSWORD, name: '' }],
    ['a role', { email: 'a@example.com', password: PASSWORD, roles: ['administrator'] }],
  ])('refuse to register %s, and make nothing', async (_name, input) => {
    const before = await querySql(runtime.databaseUrl, 'select count(*) from users');
    await expect(caller().register(input)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await querySql(runtime.databaseUrl, 'select count(*) from users')).toEqual(before);
  });

  test('accept passwords of 8 and of 128 characters, blanks at the ends included', async () => {
    for (const [i, password] of [' 8 chars', 'ü'.repeat(128)].entries()) {
      const email = `length${i}@example.com`;
      await caller().register({ email, password });
      expect((await caller().login({ email, password })).user.email).toBe(email);
    }
  });
});
