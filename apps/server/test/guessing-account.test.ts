import { takeMails, tokenIn } from '@cartwright/api/testing/mailbox';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Credentials, type From, type GuessedStore, openGuessedStore } from './guessing.ts';

/** Tries of somebody with many addresses to guess more than ten passwords of one account, at the default limits. */
let store: GuessedStore;
let victim: Credentials;
let own: Credentials;
let home: From;
let sequence = 0;
beforeAll(async () => {
  store = await openGuessedStore();
  own = await store.addAccount('mallory@example.com');
});
afterAll(() => store.runtime.dispose());

beforeEach(async () => {
  sequence += 1;
  victim = await store.addAccount(`victim.${sequence}k@example.com`);
  home = { address: store.freshAddress() };
  expect((await store.logIn(victim, home)).status).toBe(200);
  store.reset();
});

const TRIES = 20;
const wrong = (n: number): Credentials => ({ email: victim.email, password: `wrong ${n}` });
const elsewhere = (): From => ({ address: store.freshAddress() });
const as = (n: number, email: string): Promise<Response> => store.logIn({ ...wrong(n), email }, elsewhere());

const spellings = (email: string): string[] => [
  email,
  email.toUpperCase(),
  email.replace('v', 'V'),
  ` ${email} `,
  `\t${email}\n`,
  `\u00a0${email}\u3000`,
  `\ufeff${email}`,
  // The Kelvin sign is a k in lower case.
  email.replace('k', '\u212a'),
  email.replace('example', 'EXAMPLE'),
];
/** Other accounts, or none: a guess at them is no guess at the victim. */
const lookalikes = (email: string): string[] => [
  email.replace('@', '+x@'),
  email.replace('.', ''),
  email.replace('@', '@@'),
  email.replace('a', '\u0430'),
  `${email}.`,
  `"${email.split('@')[0]}"@example.com`,
  `<${email}>`,
  email.replace('@', '\u200b@'),
  `${email}\u0000`,
];

const ways: Record<string, (n: number) => Promise<unknown>> = {
  'an address for every guess': (n) => store.logIn(wrong(n), elsewhere()),
  'a /64 for every guess': (n) => store.logIn(wrong(n), { address: `2001:db8:${sequence}:${n}::1` }),
  'an address for every guess, behind our proxy': (n) =>
    store.logIn(wrong(n), { address: '10.9.9.9', proxied: store.freshAddress() }),
  'every way to write the address that is the same account': (n) => {
    const all = spellings(victim.email);
    return as(n, all[n % all.length] ?? '');
  },
  'plus, dots and lookalikes': async (n) => {
    const all = lookalikes(victim.email);
    await as(n, all[n % all.length] ?? '');
    return store.logIn(wrong(n), elsewhere());
  },
  'REST, tRPC and batches': (n) => {
    if (n % 3 === 0) return store.logIn(wrong(n), elsewhere());
    return store.logInBatch(n % 3 === 1 ? [wrong(n)] : [wrong(n), wrong(n + 1), wrong(n + 2)], elsewhere());
  },
  'log-ins of its own from the same addresses': async (n) => {
    const there = elsewhere();
    await store.logIn(own, there);
    await store.logIn(wrong(n), there);
    return store.logIn(own, there);
  },
  'registrations of the victim’s address': async (n) => {
    const body = JSON.stringify({ email: victim.email, password: 'correct horse battery' });
    await store.send('POST', '/v1/auth/register', { ...elsewhere(), body });
    return store.logIn(wrong(n), elsewhere());
  },
  'log-outs and refreshes with made-up tokens': async (n) => {
    const body = JSON.stringify({ refreshToken: `${'a'.repeat(40)}.1.${'b'.repeat(43)}` });
    await store.send('POST', '/v1/auth/refresh', { ...elsewhere(), body });
    await store.send('POST', '/v1/auth/logout', { ...elsewhere(), body });
    return store.logIn(wrong(n), elsewhere());
  },
  'a password that is right for another account': (n) =>
    store.logIn({ email: victim.email, password: n % 2 === 0 ? own.password : `wrong ${n}` }, elsewhere()),
};

describe.each(Object.entries(ways))('guessing one account with %s', (_, way) => {
  test.each(['in turn', 'at once'])('%s lets at most ten guesses through, and the owner in', async (how) => {
    if (how === 'in turn') for (let n = 0; n < TRIES; n += 1) await way(n);
    else await Promise.all(Array.from({ length: TRIES }, (_unused, n) => way(n)));
    expect(store.looked(victim.email)).toBeLessThanOrEqual(10);
    expect(store.looked(victim.email)).toBeGreaterThan(1);
    expect((await store.logIn(victim, elsewhere())).status).toBe(429);
    for (let n = 0; n < 3; n += 1) expect((await store.logIn(victim, home)).status).toBe(200);
  });
});

test('guessing from everywhere and from where the owner is, too, lets at most ten through', async () => {
  for (let n = 0; n < TRIES; n += 1) await store.logIn(wrong(n), n % 2 === 0 ? home : elsewhere());
  expect(store.looked(victim.email)).toBe(10);
});

describe('waiting for a window to end', () => {
  /** The most guesses that were let through in any 15 minutes, when one is tried after each pause, of so many seconds. */
  async function most(pauses: readonly number[], from: () => From): Promise<number> {
    const times: number[] = [];
    for (const [n, pause] of pauses.entries()) {
      store.runtime.clock.advance(pause);
      if ((await store.logIn(wrong(n), from())).status === 401) times.push(store.runtime.clock.now().getTime());
    }
    return Math.max(...times.map((end) => times.filter((time) => time > end - 900_000 && time <= end).length));
  }
  const times = (count: number, pause: number): number[] => Array.from({ length: count }, () => pause);

  test.each([
    ['one, then the rest before and after its end', [0, 899, ...times(10, 0), 1, ...times(20, 0)]],
    ['bursts at every edge', Array.from({ length: 8 }, () => [899, ...times(6, 0), 1, ...times(6, 0)]).flat()],
    ['one every 80 seconds for an hour', times(45, 80)],
    ['half and half', [...times(5, 0), ...times(5, 100), 450, ...times(5, 0), 450, ...times(10, 0)]],
  ])('%s: no 15 minutes have more than ten', async (_, pauses) => {
    const account = await most(pauses, elsewhere);
    expect(account).toBeLessThanOrEqual(10);
    expect(account).toBeGreaterThan(5);
    store.runtime.clock.advance(900);
    const there = elsewhere();
    expect(await most(pauses, () => there)).toBeLessThanOrEqual(10);
  });
});

test('whoever keeps failing for a day from a thousand addresses does not keep the owner out', async () => {
  for (let hour = 0; hour < 24; hour += 1) {
    for (let n = 0; n < 10; n += 1) await store.logIn(wrong(n), elsewhere());
    expect((await store.logIn(victim, home)).status).toBe(200);
    store.runtime.clock.advance(3_600 / 5);
  }
});

test('an owner who is somewhere new gets in by a reset, whatever is tried meanwhile', async () => {
  const attack = async (): Promise<void> => {
    for (let n = 0; n < 12; n += 1) await store.logIn(wrong(n), elsewhere());
  };
  const post = (path: string, body: object, from: From) =>
    store.send('POST', path, { ...from, body: JSON.stringify(body) });
  const hotel = elsewhere();
  await attack();
  expect((await store.logIn(victim, hotel)).status).toBe(429);

  // All the mails that an hour allows, asked for by the other side: the last of them still lets the owner in.
  for (let n = 0; n < 9; n += 1) await post('/v1/auth/forgot-password', { email: victim.email }, elsewhere());
  const mails = (await takeMails(store.runtime)).filter(({ to }) => to === victim.email);
  expect(mails).toHaveLength(5);
  const password = 'a password that nobody guessed';
  const reset = { token: tokenIn(mails.slice(-1)), password };
  expect((await post('/v1/auth/reset-password', reset, hotel)).status).toBe(200);
  await attack();
  for (let n = 0; n < 3; n += 1) {
    expect((await store.logIn({ email: victim.email, password }, hotel)).status).toBe(200);
    await attack();
  }
});
