import { createAccounts, logIn } from '../accounts.ts';
import type { Bench, Report } from '../bench.ts';
import { decimal, whole, withSpread } from '../format.ts';
import { load } from '../load.ts';
import { spread } from '../statistics.ts';
import { costOf } from './routes.ts';

const CONNECTIONS = 16;
const WARM_UP_SECONDS = 5;
/** The difference is small beside what it is taken from, so it takes more runs than the other rows. */
const ROUNDS = 9;
const TARGET_MICROS = 15;

/** One page of a product, read anew, asked for by a guest and by somebody who is logged in, in turn. */
export async function measureAuthenticated(bench: Bench): Promise<Report> {
  const { store, pool, samples, config, log } = bench;
  const [account] = await createAccounts(pool, { count: 1, name: 'bench-authenticated' });
  if (!account) throw new Error('No account was made.');
  const request = { path: `/v1/products/${samples.productSlug}?currency=USD` };
  const asGuest = (duration: number) =>
    load({ url: store.url, requests: [request], connections: CONNECTIONS, duration });
  // A token lives five minutes: each round has one of its own.
  const asCustomer = async (duration: number) => {
    const { accessToken } = await logIn(store.url, account);
    const headers = { authorization: `Bearer ${accessToken}` };
    return () => load({ url: store.url, requests: [{ ...request, headers }], connections: CONNECTIONS, duration });
  };
  await asGuest(WARM_UP_SECONDS);
  await (await asCustomer(WARM_UP_SECONDS))();
  const guest: number[] = [];
  const customer: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const loggedIn = await asCustomer(config.seconds);
    guest.push((await costOf(bench, store.server.pid, () => asGuest(config.seconds))).cpuMicros);
    customer.push((await costOf(bench, store.server.pid, loggedIn)).cpuMicros);
  }
  const more = spread(customer.map((micros, round) => micros - (guest[round] ?? Number.NaN)));
  log(`Authenticated: ${customer.map(whole).join(', ')} µs; guest: ${guest.map(whole).join(', ')} µs`);
  return {
    rows: [
      {
        name: 'Authenticated request: CPU more than a guest’s',
        value: withSpread(more, 'µs', (micros) => decimal(micros, 1)),
        against: `the same request of a guest: ${withSpread(spread(guest), 'µs')}`,
        target: `≤ ${TARGET_MICROS} µs`,
        met: more.median <= TARGET_MICROS,
      },
    ],
    details: { Authenticated: { guest, customer, more } },
  };
}
