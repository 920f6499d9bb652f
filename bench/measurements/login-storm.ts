import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { createAccounts } from '../accounts.ts';
import type { Bench, Report } from '../bench.ts';
import { decimal, whole } from '../format.ts';
import { type Offered, offer, percentile } from '../offered-load.ts';
import { ADDRESS, PAYMENTS } from './purchase-load.ts';

const LOGINS_PER_SECOND = 100;
const CHECKOUTS_PER_SECOND = 10;
const SECONDS = 60;
const WARM_UP_SECONDS = 8;
const ACCOUNTS = 200;
const GOAL = 2;

/** Whole guest purchases at ten a second: alone for a minute, then beside a hundred log-ins a second. */
export async function measureLoginStorm(bench: Bench): Promise<Report> {
  const { store, pool, samples, log } = bench;
  const accounts = await createAccounts(pool, { count: ACCOUNTS, name: 'bench-storm' });
  const shop = poster(store.url);
  const crowd = poster(store.url);
  const buy = (n: number) => purchase(shop, samples.variantIds[n % samples.variantIds.length] ?? '');
  const logIn = async (n: number) => String((await crowd('/v1/auth/login', accounts[n % ACCOUNTS] ?? {})).status);
  const checkouts = (seconds: number) => offer({ perSecond: CHECKOUTS_PER_SECOND, seconds }, buy);

  await checkouts(WARM_UP_SECONDS);
  const idle = await checkouts(SECONDS);
  const [storm, logins] = await Promise.all([
    checkouts(SECONDS),
    offer({ perSecond: LOGINS_PER_SECOND, seconds: SECONDS }, logIn),
  ]);
  const p99 = { idle: percentile(idle, 0.99), storm: percentile(storm, 0.99) };
  const ratio = p99.storm / p99.idle;
  log(`Login storm: checkout p99 ${whole(p99.idle)} ms idle, ${whole(p99.storm)} ms in the storm`);
  return {
    rows: [
      {
        name: `Checkout p99 beside ${LOGINS_PER_SECOND} log-ins a second`,
        value: `${whole(p99.storm)} ms (p50 ${whole(percentile(storm, 0.5))} ms), ${inWords(storm)}`,
        against: `alone: ${whole(p99.idle)} ms (p50 ${whole(percentile(idle, 0.5))} ms), ${inWords(idle)}`,
        ratio: decimal(ratio),
        target: `≤ ${GOAL}`,
        met: ratio <= GOAL,
      },
      {
        name: 'Log-ins of that storm',
        value: `${inWords(logins)}; slowest ${whole(percentile(logins, 1))} ms`,
      },
    ],
    details: { 'Login storm': { p99, ratio, idle, storm, logins } },
  };
}

function inWords({ outcomes }: Offered): string {
  return Object.entries(outcomes)
    .map(([outcome, count]) => `${whole(count)} × ${outcome}`)
    .join(', ');
}

type Post = (
  path: string,
  body: object,
  headers?: Record<string, string>,
) => Promise<{ status: number; body: unknown }>;

/** Sends over connections of its own, as many as it takes. */
function poster(url: string): Post {
  const agent = new Agent({ keepAlive: true });
  return async (path, body, headers = {}) => {
    const response = await new Promise<IncomingMessage>((done, fail) => {
      const method = path.startsWith('GET ') ? 'GET' : 'POST';
      const sent = request(url + path.replace('GET ', ''), { agent, method, headers }, done).on('error', fail);
      if (method === 'GET') return sent.end();
      sent.setHeader('content-type', 'application/json');
      sent.end(JSON.stringify(body));
    });
    return { status: response.statusCode ?? 0, body: JSON.parse((await text(response)) || '{}') };
  };
}

/** The three requests of a guest; answers `ordered`, or the status that ended it. */
async function purchase(post: Post, variantId: string): Promise<string> {
  const created = await post('/v1/carts', { currency: 'USD', items: [{ variantId, quantity: 1 }] });
  if (created.status !== 201) return `cart ${created.status}`;
  const cart = created.body as { id: string; token: string };
  const headers = { 'cart-token': cart.token };
  const path = `GET /v1/shipping-methods?cartId=${cart.id}&country=${ADDRESS.country}`;
  const methods = await post(path, {}, headers);
  if (methods.status !== 200) return `shipping ${methods.status}`;
  const [method] = (methods.body as { items: { id: string }[] }).items;
  const order = {
    cartId: cart.id,
    email: 'guest@example.com',
    shippingAddress: ADDRESS,
    shippingMethodId: method?.id,
    payment: PAYMENTS.manual,
  };
  const { status } = await post('/v1/checkouts', order, headers);
  return status < 300 ? 'ordered' : `checkout ${status}`;
}
