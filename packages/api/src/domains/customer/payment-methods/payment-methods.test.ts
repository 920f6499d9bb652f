import { transaction, users } from '@cartwright/db';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../../../kit/transaction.ts';
import { createCart, placeOrder } from '../../../testing/calls.ts';
import { apiAs, customerRows, newCustomer, refusalOf } from '../../../testing/customer-calls.ts';
import { customer, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { checkoutInput, stockProduct } from '../../../testing/shop.ts';
import { openStripeShop, type StripeShop } from '../../../testing/stripe-shop.ts';
import { query } from '../../../testing/tell-outbox.ts';
import { erasePersonalData } from '../personal-data/erase-personal-data.ts';

let open: StripeShop;
let runtime: TestRuntime;
beforeAll(async () => {
  open = await openStripeShop();
  runtime = open.runtime;
});
afterAll(() => open.dispose());
beforeEach(() => open.simulator.setFaults({}));

const stripe = { provider: 'stripe' } as const;
type Account = Awaited<ReturnType<typeof newCustomer>>;
const add = (account: Account, reference: string, makeDefault?: boolean) =>
  account.api.addPaymentMethod({ ...stripe, reference, ...(makeDefault !== undefined && { makeDefault }) });
const list = async ({ api }: Account) => (await api.paymentMethods()).items;
/** What Stripe keeps for the account that it knows by our id. */
async function keptAtStripe({ id }: Account): Promise<string[]> {
  const customers = open.simulator.ledger.customers().filter(({ metadata }) => metadata['user_id'] === id);
  const pages = await Promise.all(customers.map((each) => open.stripe.customers.listPaymentMethods(each.id)));
  return pages.flatMap(({ data }) => data.map((each) => each.id));
}

describe('a payment method', () => {
  test('is saved as the provider says it is, tied to the account there, and is the default when it is the first', async () => {
    const ada = await newCustomer(runtime);
    const saved = await add(ada, 'pm_card_visa');
    expect(saved).toEqual({
      id: expect.any(String),
      provider: 'stripe',
      reference: expect.stringMatching(/^pm_\w+$/),
      type: 'card',
      brand: 'visa',
      last4: '4242',
      expires: { month: 12, year: 2034 },
      expired: false,
      isDefault: true,
      createdAt: runtime.clock.now(),
    });
    expect(await keptAtStripe(ada)).toEqual([saved.reference]);
    const second = await add(ada, 'pm_card_mastercard');
    expect(second).toMatchObject({ brand: 'mastercard', last4: '4444', isDefault: false });
    const third = await add(ada, 'pm_card_amex', true);
    runtime.takeStatements();
    expect((await list(ada)).map((each) => [each.brand, each.isDefault])).toEqual([
      ['amex', true],
      ['mastercard', false],
      ['visa', false],
    ]);
    expect(runtime.takeStatements()).toHaveLength(1);
    expect((await keptAtStripe(ada)).sort()).toEqual([saved, second, third].map((each) => each.reference).sort());
  });

  test('that is saved already is answered, and not saved twice', async () => {
    const ada = await newCustomer(runtime);
    const [saved, other] = [await add(ada, 'pm_card_visa'), await add(ada, 'pm_card_amex')];
    expect(await add(ada, saved.reference)).toEqual(saved);
    expect(await add(ada, other.reference, true)).toEqual({ ...other, isDefault: true });
    expect((await list(ada)).map((each) => each.isDefault)).toEqual([true, false]);
    const racing = await Promise.all([1, 2, 3, 4].map(() => add(ada, saved.reference)));
    expect(new Set(racing.map(({ id }) => id))).toEqual(new Set([saved.id]));
  });

  test('of accounts that save their first at once is tied to one account at the provider', async () => {
    const ada = await newCustomer(runtime);
    await Promise.all([add(ada, 'pm_card_visa'), add(ada, 'pm_card_amex'), add(ada, 'pm_card_jcb')]);
    const items = await list(ada);
    expect(items.map((each) => each.isDefault).filter(Boolean)).toHaveLength(1);
    expect((await keptAtStripe(ada)).sort()).toEqual(items.map((each) => each.reference).sort());
    const known = open.simulator.ledger.customers().filter(({ metadata }) => metadata['user_id'] === ada.id);
    expect(known).toHaveLength(1);
  });

  test('expires with the end of its month', async () => {
    const ada = await newCustomer(runtime);
    await add(ada, 'pm_card_visa');
    const at = async (now: string) =>
      (await apiAs(runtime, customer(ada.id), { now: new Date(now) }).paymentMethods()).items[0]?.expired;
    expect(await at('2034-12-31T23:59:59.999Z')).toBe(false);
    expect(await at('2035-01-01T00:00:00.000Z')).toBe(true);
  });

  test.each([
    ['that the provider does not have', 'pm_nosuch'],
    ['that is something else', 'cus_123'],
    ['that is a path', 'pm_x/../../customers'],
    ['that is no word', 'pm x'],
  ])('%s is refused and changes nothing', async (_name, reference) => {
    const ada = await newCustomer(runtime);
    await add(ada, 'pm_card_visa');
    const before = await customerRows(runtime);
    expect(await refusalOf(add(ada, reference))).toEqual({ code: 'payment_method_refused' });
    expect(await customerRows(runtime)).toEqual(before);
  });

  test.each([
    '4242424242424242',
    '4242 4242 4242 4242',
    '5555-5555-5555-4444',
    '378282246310005',
    'pm_4242424242424242',
  ])('is never the number of a card: %s is refused before anybody is asked, and kept nowhere', async (reference) => {
    const ada = await newCustomer(runtime);
    const [before, asked] = [await customerRows(runtime), open.simulator.ledger.customers().length];
    runtime.takeStatements();
    expect(await refusalOf(add(ada, reference))).toEqual({ code: 'card_number_refused' });
    expect(runtime.takeStatements()).toEqual([]);
    expect(open.simulator.ledger.customers()).toHaveLength(asked);
    expect(await customerRows(runtime)).toEqual(before);
  });

  test('of somebody else is neither saved, seen, chosen nor deleted', async () => {
    const [ada, eve] = [await newCustomer(runtime), await newCustomer(runtime)];
    const hers = await add(ada, 'pm_card_visa');
    await add(eve, 'pm_card_amex');
    const before = await customerRows(runtime);
    expect(await refusalOf(add(eve, hers.reference))).toEqual({ code: 'payment_method_refused' });
    for (const paymentMethodId of [hers.id, runtime.ids.uuid(runtime.clock.now())]) {
      const attempts = [
        eve.api.setDefaultPaymentMethod({ paymentMethodId }),
        eve.api.deletePaymentMethod({ paymentMethodId }),
      ];
      const refusals = await Promise.all(attempts.map(refusalOf));
      expect(refusals).toEqual(Array(2).fill({ code: 'payment_method_not_found' }));
    }
    expect((await list(eve)).map(({ id }) => id)).not.toContain(hers.id);
    expect(await customerRows(runtime)).toEqual(before);
    expect(await keptAtStripe(ada)).toEqual([hers.reference]);
  });

  test('is one of twenty at most', async () => {
    const ada = await newCustomer(runtime);
    const { reference } = await add(ada, 'pm_card_visa');
    await query(
      runtime,
      `insert into saved_payment_methods (id, user_id, provider, reference, type, is_default, created_at)
       select gen_random_uuid(), $1, 'stripe', $2 || i, 'card', false, now() from generate_series(1, 19) i`,
      [ada.id, reference],
    );
    const before = await customerRows(runtime);
    const refusal = { code: 'payment_method_limit_reached', details: { limit: 20 } };
    expect(await refusalOf(add(ada, 'pm_card_amex'))).toEqual(refusal);
    expect(await customerRows(runtime)).toEqual(before);
    expect(await keptAtStripe(ada)).toEqual([reference]);
  });

  test('cannot be saved while the provider does not answer, nor where the store has none', async () => {
    const ada = await newCustomer(runtime);
    open.simulator.setFaults({ error500Before: 1 });
    const before = await customerRows(runtime);
    expect(await refusalOf(add(ada, 'pm_card_visa'))).toEqual({ code: 'payment_provider_unreachable' });
    expect(await customerRows(runtime)).toEqual(before);
    open.simulator.setFaults({});
    await add(ada, 'pm_card_visa');

    const bare = await makeTestRuntime();
    try {
      const eve = await newCustomer(bare);
      expect(await refusalOf(add(eve, 'pm_card_visa'))).toEqual({ code: 'payment_provider_unavailable' });
    } finally {
      await bare.dispose();
    }
  });

  test('is asked for outside of every transaction', async () => {
    const ada = await newCustomer(runtime);
    const vault = runtime.payments.get('stripe')?.vault;
    if (!vault) throw new Error('Stripe keeps payment methods');
    const open = async () =>
      (
        await query<{ count: number }>(
          runtime,
          `select count(*)::int as count from pg_stat_activity
         where datname = current_database() and state like 'idle in transaction%'`,
        )
      )[0]?.count;
    const seen: (number | undefined)[] = [];
    const watching = Object.fromEntries(
      Object.entries(vault).map(([name, call]) => [
        name,
        async (...args: never[]) => {
          seen.push(await open());
          return (call as (...given: never[]) => unknown)(...args);
        },
      ]),
    );
    const provider = { ...runtime.payments.get('stripe'), vault: watching };
    const api = apiAs(runtime, customer(ada.id), { payments: { get: () => provider as never } });
    await api.addPaymentMethod({ ...stripe, reference: 'pm_card_visa' });
    expect(seen).toEqual([0, 0, 0]);
  });
});

describe('a payment method that is deleted', () => {
  test('is gone here at once and at the provider soon; the newest that is left becomes the default', async () => {
    const ada = await newCustomer(runtime);
    const [a, b, c] = [await add(ada, 'pm_card_visa'), await add(ada, 'pm_card_amex'), await add(ada, 'pm_card_jcb')];
    await ada.api.deletePaymentMethod({ paymentMethodId: a.id });
    expect((await list(ada)).map(({ id, isDefault }) => [id, isDefault])).toEqual([
      [c.id, true],
      [b.id, false],
    ]);
    await ada.api.setDefaultPaymentMethod({ paymentMethodId: b.id });
    await ada.api.deletePaymentMethod({ paymentMethodId: c.id });
    expect((await list(ada)).map(({ id, isDefault }) => [id, isDefault])).toEqual([[b.id, true]]);
    await open.tellOutbox();
    expect(await keptAtStripe(ada)).toEqual([b.reference]);
  });

  test('is told to the provider until it hears it, and not when it was saved again', async () => {
    const ada = await newCustomer(runtime);
    const saved = await add(ada, 'pm_card_visa');
    await ada.api.deletePaymentMethod({ paymentMethodId: saved.id });
    open.simulator.setFaults({ error500Before: 1 });
    await expect(open.tellOutbox()).rejects.toThrow('Stripe did not answer');
    open.simulator.setFaults({});
    const again = await add(ada, saved.reference);
    await open.tellOutbox();
    expect(await keptAtStripe(ada)).toEqual([again.reference]);
    await ada.api.deletePaymentMethod({ paymentMethodId: again.id });
    await open.tellOutbox();
    await open.tellOutbox();
    expect(await keptAtStripe(ada)).toEqual([]);
  });

  test('with all the others when the account is erased', async () => {
    const ada = await newCustomer(runtime);
    await add(ada, 'pm_card_visa');
    await add(ada, 'pm_card_amex');
    await query(runtime, `update users set status = 'erased' where id = $1`, [ada.id]);
    await inTransaction(makeCtx(runtime), (txCtx) => erasePersonalData(txCtx, { userId: ada.id }));
    await open.tellOutbox();
    expect(await keptAtStripe(ada)).toEqual([]);
    const left = 'select reference from payment_customers where user_id = $1';
    expect(await query(runtime, left, [ada.id])).toEqual([]);
    expect(await transaction(runtime.db, (tx) => users.findUser(tx, { id: ada.id }))).toMatchObject({ name: null });
  });
});

describe('paying with a saved payment method', () => {
  async function pay(account: Account, reference: string) {
    const { variantId } = await stockProduct(runtime);
    const ctx = makeCtx(runtime, { actor: customer(account.id) });
    const cart = await createCart(ctx, { currency: 'EUR', items: [{ variantId, quantity: 1 }] });
    const payment = { ...stripe, paymentMethodId: reference };
    return placeOrder(ctx, checkoutInput(open.shop, cart, { payment }));
  }

  test('charges it in the name of the account that keeps it', async () => {
    const ada = await newCustomer(runtime);
    const { reference } = await add(ada, 'pm_card_visa');
    const placed = await pay(ada, reference);
    expect(placed).toMatchObject({ payment: { status: 'captured' }, order: { paymentStatus: 'paid' } });
    const [row] = await query<{ reference: string }>(
      runtime,
      'select reference from payment_customers where user_id = $1',
      [ada.id],
    );
    const intents = await open.stripe.paymentIntents.list({ customer: row?.reference ?? '' });
    expect(intents.data).toMatchObject([{ status: 'succeeded', customer: row?.reference, payment_method: reference }]);
  });

  test('is refused to anybody else, who pays nothing', async () => {
    const [ada, eve] = [await newCustomer(runtime), await newCustomer(runtime)];
    const { reference } = await add(ada, 'pm_card_visa');
    await expect(pay(eve, reference)).rejects.toMatchObject({ code: 'payment_declined' });
    const intents = await open.stripe.paymentIntents.list({ limit: 100 });
    expect(intents.data.filter((each) => each.payment_method === reference)).toEqual([]);
  });
});
