import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ctx, Runtime } from '../../context.ts';
import { closeRuntime, createRuntime } from '../../runtime/runtime.ts';
import { createFastHasher, makeTestRuntime, silentLog, type TestRuntime } from '../../testing/index.ts';
import { call, codeFor, codeOf, makePerson, type Person } from '../../testing/people.ts';

let runtime: TestRuntime;
/** Another process of the store, and one that requires nothing. */
let elsewhere: Runtime;
let relaxed: Runtime;
beforeAll(async () => {
  runtime = await makeTestRuntime({
    env: { REQUIRE_STAFF_SECOND_FACTOR: 'true' },
    overrides: { passwords: createFastHasher() },
  });
  const { clock, config } = runtime;
  const options = { log: silentLog, overrides: { clock } };
  elsewhere = await createRuntime(config, options);
  relaxed = await createRuntime({ ...config, requireStaffSecondFactor: false }, options);
  await querySql(
    runtime.databaseUrl,
    `insert into roles (name, permissions, created_at, updated_at) values
       ('clerk', '{orders:read}', now(), now()),
       ('shop-lead', '{orders:read,staff:write,customers:write}', now(), now()),
       ('helpdesk', '{customers:write}', now(), now())`,
  );
});
afterAll(async () => {
  await closeRuntime(elsewhere);
  await closeRuntime(relaxed);
  await runtime.dispose();
});

const seeOrders = (ctx: Ctx) => codeOf(call(ctx, (api) => api.order.adminList({})));
const staff = (...staffRoles: string[]) => makePerson(runtime, { staffRoles });

describe('where staff must have a second factor', () => {
  test('those without one may only set it up, and see it work at once', async () => {
    const person = await staff('clerk');
    const accessToken = await person.openSession();
    const ctx = await person.as(accessToken);
    expect(await seeOrders(ctx)).toBe('second_factor_enrollment_required');
    expect(await call(ctx, (api) => api.secondFactor.list())).toMatchObject({ required: true, totp: null });

    const { secret } = await call(ctx, (api) => api.secondFactor.beginTotp());
    expect(await seeOrders(await person.as(accessToken))).toBe('second_factor_enrollment_required');
    const code = codeFor(runtime, secret);
    await call(ctx, (api) => api.secondFactor.confirmTotp({ code }));
    expect(await seeOrders(await person.as(accessToken))).toBe('ok');
  });

  test('a passkey is one too', async () => {
    const person = await staff('clerk');
    const accessToken = await person.openSession();
    expect(await seeOrders(await person.as(accessToken))).toBe('second_factor_enrollment_required');
    await person.addPasskey();
    runtime.accessTokens.forgetUser(person.id);
    expect(await seeOrders(await person.as(accessToken))).toBe('ok');
  });

  test('another process sees it within five seconds', async () => {
    const person = await staff('clerk');
    const accessToken = await person.openSession();
    expect(await elsewhere.accessTokens.verify(accessToken)).toMatchObject({ secondFactorMissing: true });
    await person.addPasskey();
    runtime.clock.advance(5);
    expect(await elsewhere.accessTokens.verify(accessToken)).not.toHaveProperty('secondFactorMissing');
  });

  test('customers need none', async () => {
    const person = await makePerson(runtime);
    const ctx = await person.as(await person.openSession());
    expect(ctx.actor).not.toHaveProperty('secondFactorMissing');
    expect(await call(ctx, (api) => api.secondFactor.list())).toMatchObject({ required: false });
    const { passkeyId } = await person.addPasskey();
    await call(await person.logIn(), (api) => api.secondFactor.removePasskey({ passkeyId }));
  });

  test('staff cannot remove the last one, and it stays as it is', async () => {
    const person = await staff('clerk');
    await person.addTotp();
    const ctx = await person.logIn();
    expect(await codeOf(call(ctx, (api) => api.secondFactor.removeTotp()))).toBe('second_factor_kept');
    expect(await person.methods()).toEqual(['totp', 'recovery_code']);
    const { passkeyId } = await person.addPasskey();
    await call(ctx, (api) => api.secondFactor.removeTotp());
    expect(await codeOf(call(ctx, (api) => api.secondFactor.removePasskey({ passkeyId })))).toBe('second_factor_kept');
    expect(await person.methods()).toEqual(['recovery_code', 'passkey']);
  });
});

test('where the store does not require it, nobody is asked', async () => {
  const person = await staff('administrator');
  expect(await relaxed.accessTokens.verify(await person.openSession())).not.toHaveProperty('secondFactorMissing');
  await person.addTotp();
  const ctx = { ...(await person.logIn()), config: relaxed.config };
  await call(ctx, (api) => api.secondFactor.removeTotp());
  expect(await person.methods()).toEqual([]);
});

describe('resetting the second factors of somebody who has lost them', () => {
  const reset = (ctx: Ctx, { id: userId }: { id: string }, of: 'customer' | 'staff') =>
    codeOf(
      call(ctx, (api) =>
        of === 'staff' ? api.secondFactor.resetStaff({ userId }) : api.secondFactor.resetCustomer({ userId }),
      ),
    );
  /** Somebody of staff with a factor, so that they may do what their roles say. */
  async function colleague(...staffRoles: string[]): Promise<Ctx> {
    const person = await staff(...staffRoles);
    await person.addPasskey();
    return person.logIn();
  }

  test('takes all of them, ends the sessions at once and is in the audit log and in a mail', async () => {
    const person = await makePerson(runtime);
    await person.addTotp();
    await person.addPasskey();
    const accessToken = await person.openSession();
    await person.as(accessToken);
    const helper = await colleague('helpdesk');
    expect(await reset(helper, person, 'customer')).toBe('ok');
    expect(await person.methods()).toEqual([]);
    expect(await runtime.accessTokens.verify(accessToken)).toBeUndefined();
    for (const table of ['totp_factors', 'recovery_codes', 'passkeys', 'sessions']) {
      expect(await querySql(runtime.databaseUrl, `select 1 from ${table} where user_id = $1`, [person.id])).toEqual([]);
    }
    const audited = await querySql(
      runtime.databaseUrl,
      'select actor, action, detail from audit_log where target = $1',
      [`user:${person.id}`],
    );
    expect(audited).toEqual([
      {
        actor: { kind: 'staff', userId: 'userId' in helper.actor ? helper.actor.userId : '' },
        action: 'user.second_factors_reset',
        detail: {},
      },
    ]);
    const told = await querySql(
      runtime.databaseUrl,
      `select payload ->> 'change' as change from outbox where payload ->> 'userId' = $1 order by id desc limit 1`,
      [person.id],
    );
    expect(told).toEqual([{ change: 'factors_reset' }]);
    await person.logInByPassword();
  });

  test('is for those who may: customers by customers:write, staff by staff:write and all that they may do', async () => {
    const [customer, clerk, administrator] = [
      await makePerson(runtime),
      await staff('clerk'),
      await staff('administrator'),
    ];
    for (const person of [customer, clerk, administrator]) await person.addTotp();
    const [helpdesk, lead, boss] = [
      await colleague('helpdesk'),
      await colleague('shop-lead'),
      await colleague('administrator'),
    ];
    const attempts: [Ctx, Person, 'customer' | 'staff', string][] = [
      [await customer.logIn(), clerk, 'staff', 'forbidden'],
      [await clerk.logIn(), customer, 'customer', 'forbidden'],
      [helpdesk, clerk, 'staff', 'forbidden'],
      [helpdesk, clerk, 'customer', 'permission_not_held'],
      [lead, clerk, 'customer', 'user_not_found'],
      [lead, customer, 'staff', 'user_not_found'],
      [lead, administrator, 'staff', 'permission_not_held'],
    ];
    for (const [ctx, person, of, code] of attempts) {
      expect([of, await reset(ctx, person, of)]).toEqual([of, code]);
    }
    expect(await reset(boss, { id: runtime.ids.uuid(runtime.clock.now()) }, 'customer')).toBe('user_not_found');
    for (const person of [customer, clerk, administrator]) expect(await person.methods()).toHaveLength(2);
    expect(await reset(lead, clerk, 'staff')).toBe('ok');
    expect(await reset(boss, administrator, 'staff')).toBe('ok');
    expect(await reset(helpdesk, customer, 'customer')).toBe('ok');
  });

  test('is no way around having to keep one', async () => {
    const person = await staff('administrator');
    await person.addTotp();
    expect(await reset(await person.logIn(), person, 'staff')).toBe('second_factor_kept');
    expect(await person.methods()).toEqual(['totp', 'recovery_code']);
  });

  test('asks for a proof of the last fifteen minutes', async () => {
    const person = await makePerson(runtime);
    await person.addTotp();
    const helper = await colleague('helpdesk');
    runtime.clock.advance(901);
    expect(await reset({ ...helper, now: runtime.clock.now() }, person, 'customer')).toBe('step_up_required');
    expect(await person.methods()).toHaveLength(2);
  });
});
