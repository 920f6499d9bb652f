import { makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { openAccount, patientPasswords } from '@cartwright/api/testing/accounts';
import { createTestProduct } from '@cartwright/api/testing/catalog-factories';
import { ADDRESS, openShop, type Shop } from '@cartwright/api/testing/shop';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';

/*
 * Whoever asks about an address does not learn whether it has an account: the same bytes, the same header names, the
 * same number of hashes and the same statements for known and unknown ones. Their times are compared by
 * `pnpm prove:identity`.
 */

type App = ReturnType<typeof createApp>;
interface Question {
  path: string;
  body: object;
  headers?: Record<string, string>;
}

let runtime: TestRuntime;
let app: App;
let shop: Shop;
let variantId: string;
let hashes = 0;
beforeAll(async () => {
  const off = ['CART_PER_10S', 'AUTH_PER_MINUTE', 'LOGIN_FAILURES_PER_15MIN', 'MAILS_PER_HOUR'];
  const argon2 = patientPasswords();
  const counted = {
    ...argon2,
    hash: (password: string) => {
      hashes += 1;
      return argon2.hash(password);
    },
    verify: (...args: Parameters<typeof argon2.verify>) => {
      hashes += 1;
      return argon2.verify(...args);
    },
  };
  runtime = await makeTestRuntime({
    env: Object.fromEntries(off.map((name) => [`LIMIT_${name}`, '0'])),
    overrides: { passwords: counted },
  });
  app = createApp(runtime);
  shop = await openShop(runtime);
  const product = await createTestProduct(runtime, { stock: 100 });
  variantId = product.variants[0]?.id ?? '';
  // What a process does once, such as making its keys, is done before anything is compared.
  const warm = await openAccount(runtime);
  for (const question of Object.values(questions)) await ask(await question(warm.email));
});
afterAll(() => runtime.dispose());

const PASSWORD = 'not the password of anybody';

const questions: Record<string, (email: string) => Promise<Question>> = {
  'logging in': async (email) => ({ path: '/v1/auth/login', body: { email, password: PASSWORD } }),
  'logging in to a cookie': async (email) => ({
    path: '/v1/auth/login',
    body: { email, password: PASSWORD, session: 'cookie' },
    headers: { origin: runtime.config.publicUrl },
  }),
  registering: async (email) => ({ path: '/v1/auth/register', body: { email, password: PASSWORD, name: 'Ada' } }),
  'asking for another link': async (email) => ({ path: '/v1/auth/resend-verification', body: { email } }),
  'a forgotten password': async (email) => ({ path: '/v1/auth/forgot-password', body: { email } }),
  'another address': async (email) => {
    const { accessToken } = await openAccount(runtime);
    return { path: '/v1/me/email', body: { email }, headers: { authorization: `Bearer ${accessToken}` } };
  },
  'checking out': async (email) => {
    const cart = await post({ path: '/v1/carts', body: { currency: 'EUR', items: [{ variantId, quantity: 1 }] } });
    const { id: cartId, token } = (await cart.json()) as { id: string; token: string };
    return {
      path: '/v1/checkouts',
      body: {
        cartId,
        email,
        shippingAddress: ADDRESS,
        shippingMethodId: shop.standardShippingId,
        payment: { provider: 'manual' },
      },
      headers: { 'cart-token': token },
    };
  },
};

const post = ({ path, body, headers }: Question) =>
  app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** What the caller sees, and what it cost. Ids and secrets are new in every answer, and the address was theirs. */
async function ask(question: Question) {
  hashes = 0;
  runtime.takeStatements();
  const response = await post(question);
  const statements = runtime.takeStatements();
  const { email } = question.body as { email?: string };
  const text = (await response.text())
    .replaceAll(email ?? '', '<email>')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/"orderToken":"[\w-]{43}"/g, '"orderToken":"<secret>"')
    .replaceAll(/"number":"\d+"/g, '"number":"<number>"');
  // Which queue a mail goes to is not for the caller to see.
  const kinds = statements.map((sql) => sql.replaceAll(/'user\.\w+'/g, "'user.topic'"));
  const headers = [...response.headers.keys()].sort();
  return { status: response.status, text, length: response.headers.get('content-length'), headers, hashes, kinds };
}

let drawn = 0;
/** Of the same length, so that nothing but being known tells them apart. */
async function twoAddresses(options: { verified?: boolean } = {}): Promise<{ known: string; unknown: string }> {
  const { email: known } = await openAccount(runtime, options);
  drawn += 1;
  return { known, unknown: known.replace(/^.{8}/, `nobody${String(drawn).padStart(2, '0')}`) };
}

const REFUSED = { status: 401, hashes: 1 };
const ACCEPTED = { status: 202, hashes: 0 };
const expected: Record<string, { status: number; hashes: number }> = {
  'logging in': REFUSED,
  'logging in to a cookie': REFUSED,
  registering: { status: 202, hashes: 1 },
  'checking out': { status: 201, hashes: 0 },
};

test.each(Object.entries(questions))(
  '%s is answered alike for known and unknown addresses, at the same cost',
  async (name, question) => {
    for (const verified of [true, false]) {
      const { known, unknown } = await twoAddresses({ verified });
      const answers = [await ask(await question(known)), await ask(await question(unknown))];
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[0]).toMatchObject(expected[name] ?? ACCEPTED);
    }
  },
);

test.each(['disabled', 'erased'])('an account that is %s looks like none', async (status) => {
  for (const [name, question] of Object.entries(questions)) {
    const { known, unknown } = await twoAddresses();
    await querySql(runtime.databaseUrl, 'update users set status = $2 where email = $1', [known, status]);
    const answers = [await ask(await question(known)), await ask(await question(unknown))];
    expect(answers[1], name).toEqual(answers[0]);
  }
});

test('an order of somebody else looks like none', async () => {
  const place = await questions['checking out']?.('ada@example.com');
  if (!place) throw new Error('No question');
  const { order } = (await (await post(place)).json()) as { order: { id: string } };
  const lookUp = async (id: string, headers: Record<string, string>) => {
    runtime.takeStatements();
    const response = await app.request(`/v1/orders/${id}`, { headers });
    const names = [...response.headers.keys()].sort();
    return [response.status, await response.text(), names, runtime.takeStatements().length];
  };
  const { accessToken } = await openAccount(runtime);
  const absent = runtime.ids.uuid(runtime.clock.now());
  const authorization = `Bearer ${accessToken}`;
  await lookUp(absent, { authorization });
  const callers: Record<string, string>[] = [{}, { 'order-token': 'x'.repeat(43) }, { authorization }];
  for (const headers of callers) {
    const known = await lookUp(order.id, headers);
    expect(known[0]).toBe(404);
    expect(await lookUp(absent, headers)).toEqual(known);
  }
});
