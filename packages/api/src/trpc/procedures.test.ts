import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { type Actor, permissions } from '../kit/actor.ts';
import { secondsBefore } from '../kit/clock.ts';
import { customer, makeCtx, makeTestRuntime, type TestRuntime } from '../testing/index.ts';
import { customerProcedure, permittedProcedure, router } from './procedures.ts';

const calls: string[] = [];
const noted = (name: string) => () => {
  calls.push(name);
  return 'done';
};
const sample = router({
  own: customerProcedure.output(z.string()).mutation(noted('own')),
  dangerous: customerProcedure.meta({ stepUp: true }).output(z.string()).mutation(noted('dangerous')),
  staff: permittedProcedure('orders:read').output(z.string()).query(noted('staff')),
  dangerousStaff: permittedProcedure('staff:write')
    .meta({ stepUp: true })
    .output(z.string())
    .mutation(noted('dangerousStaff')),
});
type Name = 'own' | 'dangerous' | 'staff' | 'dangerousStaff';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime({ env: { STEP_UP_MAX_AGE_SECONDS: '600' } });
});
afterAll(() => runtime.dispose());

const USER = '01a20916-bf14-7f9f-a01b-5916b6346912';
const provenAgo = (seconds: number) => ({
  userId: USER,
  sessionId: 'session',
  authenticatedAt: secondsBefore(runtime.clock.now(), seconds),
});

/** `done`, or the code of the refusal; a refused procedure has not run. */
async function answerOf(actor: Actor, name: Name): Promise<string> {
  const ctx: Ctx = makeCtx(runtime, { actor });
  calls.length = 0;
  const answer = await sample
    .createCaller(ctx)
    [name]()
    .catch((error: { cause: { code: string } }) => error.cause.code);
  expect(calls).toEqual(answer === 'done' ? [name] : []);
  return answer;
}

describe('what is dangerous', () => {
  test('asks for a proof that is not older than the setting says', async () => {
    expect(await answerOf({ kind: 'customer', ...provenAgo(600) }, 'dangerous')).toBe('done');
    expect(await answerOf({ kind: 'customer', ...provenAgo(601) }, 'dangerous')).toBe('step_up_required');
    expect(await answerOf({ kind: 'customer', ...provenAgo(601) }, 'own')).toBe('done');
    for (const [seconds, answer] of [
      [600, 'done'],
      [601, 'step_up_required'],
    ] as const) {
      expect(await answerOf({ kind: 'staff', permissions, ...provenAgo(seconds) }, 'dangerousStaff')).toBe(answer);
    }
  });

  test('is 401, so that whoever asks proves who they are and asks again', async () => {
    const ctx = makeCtx(runtime, { actor: { kind: 'customer', ...provenAgo(601) } });
    await expect(sample.createCaller(ctx).dangerous()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  test('is refused to programs and to staff who look on, however lately their owner was proven', async () => {
    const program: Actor = { kind: 'apiKey', keyId: 'k', userId: USER, permissions };
    expect(await answerOf(program, 'dangerousStaff')).toBe('forbidden');
    expect(await answerOf(program, 'dangerous')).toBe('forbidden');
    const onlooker: Actor = { kind: 'impersonation', userId: USER, staffId: USER, sessionId: 'session' };
    expect(await answerOf(onlooker, 'dangerous')).toBe('impersonation_read_only');
  });

  test('asks for the permission before the proof', async () => {
    expect(await answerOf({ kind: 'staff', permissions: [], ...provenAgo(601) }, 'dangerousStaff')).toBe('forbidden');
    expect(await answerOf({ kind: 'guest' }, 'dangerous')).toBe('unauthenticated');
  });
});

describe('staff who lack the second factor that the store requires', () => {
  const lacking = (): Actor => ({ kind: 'staff', permissions, secondFactorMissing: true, ...provenAgo(0) });

  test('may do nothing that takes a permission, and all that is their own', async () => {
    expect(await answerOf(lacking(), 'staff')).toBe('second_factor_enrollment_required');
    expect(await answerOf(lacking(), 'dangerousStaff')).toBe('second_factor_enrollment_required');
    expect(await answerOf(lacking(), 'own')).toBe('done');
    expect(await answerOf(lacking(), 'dangerous')).toBe('done');
  });

  test('may all they have the permission for once it is there', async () => {
    expect(await answerOf({ kind: 'staff', permissions, ...provenAgo(0) }, 'staff')).toBe('done');
    expect(await answerOf(customer(USER), 'staff')).toBe('forbidden');
  });

  test('are not the programs that they have made', async () => {
    expect(await answerOf({ kind: 'apiKey', keyId: 'k', userId: USER, permissions }, 'staff')).toBe('done');
  });
});
