import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { loginWithIdentity } from '../sign-in/login-with-identity.ts';
import { listIdentities } from './list-identities.ts';
import { unlinkIdentity } from './unlink-identity.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

test('an identity that is unlinked while it signs in leaves no session behind', async () => {
  const identity = { provider: 'google', subject: 'ada', email: 'ada@gmail.com', emailVerified: true, name: 'Ada' };
  const { user } = await loginWithIdentity(makeCtx(runtime), identity);
  await querySql(runtime.databaseUrl, "update users set password_hash = 'x' where id = $1", [user.id]);
  const own = { kind: 'customer', userId: user.id, sessionId: 'own', authenticatedAt: runtime.clock.now() } as const;
  const ctx = makeCtx(runtime, { actor: own });
  const relink = async () => {
    await querySql(
      runtime.databaseUrl,
      `insert into identities (id, provider, subject, user_id, created_at)
       values (gen_random_uuid(), 'google', 'ada', $1, now()) on conflict do nothing`,
      [user.id],
    );
    return (await listIdentities(ctx)).items[0]?.id ?? '';
  };
  for (let round = 0; round < 15; round += 1) {
    const identityId = await relink();
    const logins = Array.from({ length: 4 }, () => loginWithIdentity(makeCtx(runtime), identity));
    const results = await Promise.allSettled([...logins, unlinkIdentity(ctx, { identityId })]);
    for (const result of results) {
      if (result.status === 'rejected') expect(['oauth_code_invalid', 'account_exists']).toContain(result.reason.code);
    }
    expect(results.at(-1)?.status).toBe('fulfilled');
    const left = await querySql(runtime.databaseUrl, 'select count(*)::integer count from sessions');
    expect(left).toEqual([{ count: 0 }]);
  }
});
