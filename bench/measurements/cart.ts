import type { Bench, Report } from '../bench.ts';
import { whole, withSpread } from '../format.ts';
import { load } from '../load.ts';
import { spread } from '../statistics.ts';
import { costOf } from './routes.ts';

interface CartHandle {
  id: string;
  token: string;
}

const CARTS = 2_000;
const CONNECTIONS = 16;
const WARM_UP_SECONDS = 3;

/** Adds one unit of one product to one of 2,000 guest carts after another, each time another product. */
export async function measureAddToCart(bench: Bench): Promise<Report> {
  const { store, config, samples, log } = bench;
  const carts = await createCarts(bench);
  let n = 0;
  const nextRequest = () => {
    const cart = carts[n % carts.length];
    const variantId = samples.variantIds[(n + Math.floor(n / carts.length)) % samples.variantIds.length];
    n += 1;
    return {
      path: `/v1/carts/${cart?.id}/items`,
      headers: { 'content-type': 'application/json', 'cart-token': cart?.token ?? '' },
      body: JSON.stringify({ variantId, quantity: 1 }),
    };
  };
  const add = (duration: number) =>
    load({
      url: store.url,
      connections: CONNECTIONS,
      duration,
      requests: [{ method: 'POST', setupRequest: (request) => ({ ...request, ...nextRequest() }) }],
    });
  await add(WARM_UP_SECONDS);
  const runs = [];
  for (let round = 0; round < 3; round += 1) {
    runs.push(await costOf(bench, store.server.pid, () => add(config.seconds)));
  }
  const rate = spread(runs.map((run) => run.perSecond));
  const cpu = spread(runs.map((run) => run.cpuMicros));
  const database = spread(runs.map((run) => run.databaseMicros));
  log(`Add to cart: ${runs.map((run) => `${whole(run.perSecond)}/s ${whole(run.cpuMicros)} µs`).join(', ')}`);
  return {
    rows: [
      { name: 'Add to cart: CPU a request', value: withSpread(cpu, 'µs') },
      { name: 'Add to cart: requests a second', value: withSpread(rate, '/s') },
      { name: 'Add to cart: CPU of PostgreSQL', value: withSpread(database, 'µs') },
    ],
    details: { 'Add to cart': { cpu, rate, database, runs } },
  };
}

async function createCarts({ store }: Bench): Promise<CartHandle[]> {
  const carts: CartHandle[] = [];
  await load({
    url: store.url,
    connections: CONNECTIONS,
    amount: CARTS,
    requests: [
      {
        method: 'POST',
        path: '/v1/carts',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ currency: 'USD' }),
        onResponse: (_status, body) => void carts.push(JSON.parse(body) as CartHandle),
      },
    ],
  });
  return carts;
}
