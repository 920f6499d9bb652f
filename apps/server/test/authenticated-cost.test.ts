import { makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { openAccount } from '@cartwright/api/testing/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleApp } from './sample-app.ts';

const REQUESTS = 500;
const ROUNDS = 15;
const MAX_MORE_MICROS = 15;

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

test('a request of somebody who is logged in costs at most 15 µs more than a guest’s, in the process that answers', async () => {
  const app = sampleApp(runtime);
  const { accessToken } = await openAccount(runtime);
  const bearer = Buffer.from(`Bearer ${accessToken}`);
  // A text of its own for every request, as a parser makes it.
  const asCustomer = () => ({ authorization: bearer.toString('latin1'), accept: '*/*' });
  const asGuest = () => ({ 'x-authorization': bearer.toString('latin1'), accept: '*/*' });
  const costOf = async (headers: () => Record<string, string>): Promise<number> => {
    const before = process.cpuUsage();
    for (let i = 0; i < REQUESTS; i += 1) {
      const { status } = await app.request('/v1/address', { headers: headers() });
      if (status !== 200) throw new Error(`${status}`);
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / REQUESTS;
  };
  const least = { guest: Number.POSITIVE_INFINITY, customer: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round += 1) {
    least.guest = Math.min(least.guest, await costOf(asGuest));
    least.customer = Math.min(least.customer, await costOf(asCustomer));
  }
  console.log(`guest ${least.guest.toFixed(1)} µs, logged in ${(least.customer - least.guest).toFixed(1)} µs more`);
  expect(least.customer - least.guest).toBeLessThanOrEqual(MAX_MORE_MICROS);
});
