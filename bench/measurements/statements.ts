import { closeRuntime, createLogger, createRuntime, loadConfig } from '@cartwright/api';
import { createApp } from '@cartwright/server';
import { createAccounts } from '../accounts.ts';
import type { Bench, Report, Row } from '../bench.ts';
import { storeEnvironment } from '../store.ts';
import { ADDRESS } from './purchase-load.ts';

/** Sends each request once, in process, and counts its statements; `begin` and `commit` are not counted. */
export async function countStatements(bench: Bench): Promise<Report> {
  const { config, databaseUrl, samples } = bench;
  let statements: string[] = [];
  const runtime = await createRuntime(loadConfig(storeEnvironment(config, databaseUrl)), {
    log: createLogger({ level: 'silent' }),
    onStatement: (sql) => {
      if (!/^(begin|start transaction|commit|rollback)/i.test(sql)) statements.push(sql);
    },
  });
  const app = createApp(runtime);
  const details: Record<string, string[]> = {};
  const send = async <Body>(
    name: string,
    path: string,
    init: { token?: string; body?: object } = {},
  ): Promise<Body> => {
    statements = [];
    const headers = { 'content-type': 'application/json', ...(init.token && { 'cart-token': init.token }) };
    const request = init.body ? { method: 'POST', headers, body: JSON.stringify(init.body) } : { headers };
    const response = await app.request(`http://127.0.0.1${path}`, request);
    if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
    details[name] = statements;
    return (await response.json()) as Body;
  };
  try {
    await send('Category page', `/v1/products?category=${samples.category.slug}&currency=USD`);
    await send('Product detail', `/v1/products/${samples.productSlug}?currency=USD`);
    await send('Search with facets', '/v1/search?q=laptop&currency=USD');
    const [first, second] = samples.variantIds;
    type Cart = { id: string; token: string };
    const cart = await send<Cart>('Purchase: cart', '/v1/carts', {
      body: { currency: 'USD', items: [{ variantId: first, quantity: 1 }] },
    });
    const { token } = cart;
    const methodsPath = `/v1/shipping-methods?cartId=${cart.id}&country=${ADDRESS.country}`;
    const methods = await send<{ items: { id: string }[] }>('Purchase: shipping methods', methodsPath, { token });
    await send('Add to cart', `/v1/carts/${cart.id}/items`, { token, body: { variantId: second, quantity: 1 } });
    const [account] = await createAccounts(bench.pool, { count: 1, name: 'bench-statements' });
    const { refreshToken } = await send<{ refreshToken: string }>('Log-in', '/v1/auth/login', { body: { ...account } });
    await send('Refresh', '/v1/auth/refresh', { body: { refreshToken } });
    await send('Purchase: checkout', '/v1/checkouts', {
      token,
      body: {
        cartId: cart.id,
        email: 'guest@example.com',
        shippingAddress: ADDRESS,
        shippingMethodId: methods.items[0]?.id,
        payment: { provider: 'manual' },
      },
    });
  } finally {
    await closeRuntime(runtime);
  }
  return { rows: rowsOf(details), details: { Statements: details } };
}

function rowsOf(statements: Record<string, string[]>): Row[] {
  const limits: Record<string, number> = { 'Category page': 2, 'Add to cart': 5, Refresh: 3 };
  return Object.entries(statements).map(([name, { length }]) => {
    const limit = limits[name];
    const judged = limit === undefined ? {} : { target: `≤ ${limit}`, met: length <= limit };
    return { name: `${name}: statements`, value: String(length), ...judged };
  });
}
