import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { sharedFolder } from '../config.ts';
import { SHAPES } from './shape.fixture.ts';
import { card, refusal, started } from './test-support.ts';

type Members = Readonly<Record<string, unknown>>;

const repository = resolve(import.meta.dirname, '../../../..');
const fixtures = join(sharedFolder() ?? resolve(repository, '../shared'), 'data/stripe/fixtures3.json');

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

// Free-form maps and unions by `type` have keys that depend on the case, not on the shape.
const OPEN_KEYS = new Set(['metadata', 'payment_method_options', 'data', 'last_payment_error', 'business_profile']);

// Keys that stripe 23.1.0 knows and the older fixtures do not.
const NEWER_KEYS = new Set(['payment_intent.allowed_payment_method_types', 'payment_intent.payment_record']);

function differences(ours: unknown, theirs: unknown, path: string): string[] {
  const [kind, expected] = [kindOf(ours), kindOf(theirs)];
  if (kind === 'null' || expected === 'null') return [];
  if (kind !== expected) return [`${path} is ${kind}, not ${expected}`];
  if (kind !== 'object' || OPEN_KEYS.has(path.split('.').at(-1) ?? '')) return [];
  const [mine, other] = [ours as Members, theirs as Members];
  return Object.keys(other).flatMap((key) =>
    key in mine ? differences(mine[key], other[key], `${path}.${key}`) : [`${path}.${key} is missing`],
  );
}

async function everyKind(): Promise<Map<string, Members[]>> {
  await using sut = await started();
  const { stripe } = sut;
  const customer = await stripe.customers.create({});
  const paid = await stripe.paymentIntents.create({ ...card(), customer: customer.id });
  await stripe.refunds.create({ payment_intent: paid.id });
  await stripe.paymentIntents.create({ amount: 100, currency: 'eur' });
  await stripe.paymentIntents.create(card('pm_card_threeDSecure2Required'));
  await refusal(stripe.paymentIntents.create(card('pm_card_chargeDeclined')));
  const { ledger } = sut.simulator;
  const method = await stripe.paymentMethods.retrieve(String(paid.payment_method));
  const charge = await stripe.charges.retrieve(String(paid.latest_charge), { expand: ['balance_transaction'] });
  const { lastResponse: _, ...account } = await stripe.accounts.retrieveCurrent();
  const all: [string, readonly object[]][] = [
    ['payment_intent', ledger.paymentIntents()],
    ['charge', ledger.charges()],
    ['refund', ledger.refunds()],
    ['event', ledger.events()],
    ['customer', ledger.customers()],
    ['payment_method', [method]],
    ['balance_transaction', [charge.balance_transaction as object]],
    ['account', [account]],
  ];
  return new Map(all.map(([kind, objects]) => [kind, objects.map((object) => ({ ...object }))]));
}

test("every object has the keys and types of Stripe's own fixtures", async ({ skip }) => {
  if (!existsSync(fixtures)) skip(`${fixtures} is not there`);
  const { resources } = JSON.parse(readFileSync(fixtures, 'utf8')) as { resources: Record<string, Members> };
  for (const [kind, objects] of await everyKind()) {
    const theirs = resources[kind] ?? {};
    expect(objects.length).toBeGreaterThan(0);
    for (const object of objects) {
      expect(differences(object, theirs, kind)).toEqual([]);
      const extra = Object.keys(object).filter((key) => !(key in theirs) && !NEWER_KEYS.has(`${kind}.${key}`));
      expect(extra).toEqual([]);
    }
  }
});

test('every object has the keys and types of our own record', async () => {
  const found = await everyKind();
  for (const [kind, shape] of Object.entries(SHAPES)) {
    for (const object of found.get(kind) ?? [{}]) {
      for (const [key, expected] of Object.entries(shape)) {
        const actual = kindOf(object[key]);
        const allowed = expected.endsWith('?') ? [expected.slice(0, -1), 'null'] : [expected];
        expect(allowed, `${kind}.${key}`).toContain(actual);
      }
    }
  }
});
