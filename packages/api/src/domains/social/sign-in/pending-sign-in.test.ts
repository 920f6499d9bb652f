import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runJobs } from '../../../jobs/run-jobs.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { resumeSignIn, sealPendingSignIn } from './pending-sign-in.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

function begin(more: object = {}) {
  const pending = { state: runtime.ids.secret(), nonce: 'a-nonce', codeVerifier: 'a-verifier', ...more };
  return { pending, cookie: sealPendingSignIn(makeCtx(runtime), 'oidc', pending), state: pending.state };
}

const resume = (cookie: string | undefined, state: string | undefined, provider = 'oidc') =>
  resumeSignIn(makeCtx(runtime), { provider, cookie, state });
const REFUSED = { code: 'oauth_state_invalid', kind: 'invalid_input' };
const spent = () => querySql(runtime.databaseUrl, 'select count(*)::integer count from spent_notes');

describe('a pending sign-in', () => {
  test('comes back as it went, once', async () => {
    const link = { userId: 'u', sessionId: 's' };
    const { pending, cookie, state } = begin({ returnTo: 'https://shop.example/x', link });
    expect(await resume(cookie, state)).toEqual(pending);
    await expect(resume(cookie, state)).rejects.toMatchObject(REFUSED);
  });

  test('is good for less than ten minutes', async () => {
    const [early, late] = [begin(), begin()];
    runtime.clock.advance(599);
    expect(await resume(early.cookie, early.state)).toEqual(early.pending);
    runtime.clock.advance(1);
    await expect(resume(late.cookie, late.state)).rejects.toMatchObject(REFUSED);
  });

  test('fits into a cookie without escaping, and shows nothing', () => {
    const { cookie, state } = begin({ returnTo: `https://shop.example/${'x'.repeat(500)}` });
    expect(cookie).toMatch(/^[\w.-]{1,3000}$/);
    const shown = cookie.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    expect(shown.join()).not.toContain(state);
  });

  test.each([
    ['no cookie', undefined, 'right'],
    ['an empty one', '', 'right'],
    ['part of one', 'right'.slice(0, 2), 'right'],
    ['another state', 'right', 'wrong'],
    ['no state', 'right', undefined],
  ])('is not spent by %s', async (_name, cookie, state) => {
    const begun = begin();
    const before = await spent();
    const attempt = resume(cookie === 'right' ? begun.cookie : cookie, state === 'right' ? begun.state : state);
    await expect(attempt).rejects.toMatchObject(REFUSED);
    expect(await spent()).toEqual(before);
    expect(await resume(begun.cookie, begun.state)).toEqual(begun.pending);
  });

  test('of one provider is not one of another', async () => {
    const { cookie, state } = begin();
    await expect(resume(cookie, state, 'google')).rejects.toMatchObject(REFUSED);
  });

  test('resumed fifty times at once is resumed once', async () => {
    const { cookie, state } = begin();
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => resume(cookie, state)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('is remembered as spent until it would have expired, then forgotten by housekeeping', async () => {
    await querySql(runtime.databaseUrl, 'delete from spent_notes');
    const { cookie, state } = begin();
    await resume(cookie, state);
    const housekeep = () => runJobs(runtime, 'housekeeping', [{ id: 'x', data: null }]);
    runtime.clock.advance(599);
    expect(await housekeep()).toEqual([]);
    expect(await spent()).toEqual([{ count: 1 }]);
    runtime.clock.advance(1);
    await housekeep();
    expect(await spent()).toEqual([{ count: 0 }]);
  });
});
