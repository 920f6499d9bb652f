import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStripeLedger, startStripeSimulator } from './index.ts';
import { card, clientOf, receiver } from './test-support.ts';

function temporaryLedger() {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  return {
    file: join(folder, 'deeper', 'ledger.jsonl'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

test('payments, refunds, answers and requests survive a restart', async () => {
  using place = temporaryLedger();
  const before = await startStripeSimulator({ ledgerFile: place.file });
  const client = clientOf(before);
  const intent = await client.paymentIntents.create(card(), { idempotencyKey: 'k' });
  const refund = await client.refunds.create({ payment_intent: intent.id, amount: 300 });
  const kept = { intents: before.ledger.paymentIntents(), events: before.ledger.events() };
  await before.close();
  expect(readStripeLedger(place.file).paymentIntents()).toEqual(kept.intents);

  const after = await startStripeSimulator({ ledgerFile: place.file });
  const again = clientOf(after);
  expect(after.ledger.paymentIntents()).toEqual(kept.intents);
  expect(after.ledger.events()).toEqual(kept.events);
  expect(after.ledger.requests()).toHaveLength(2);
  const replayed = await again.paymentIntents.create(card(), { idempotencyKey: 'k' });
  expect(replayed.id).toBe(intent.id);
  expect(await again.refunds.retrieve(refund.id)).toMatchObject({ amount: 300 });
  expect((await again.refunds.create({ payment_intent: intent.id })).amount).toBe(700);
  await after.close();
});

test('a webhook that was pending at the end is delivered after the restart, once', async () => {
  using place = temporaryLedger();
  const deaf = await startStripeSimulator({ ledgerFile: place.file, webhookUrl: 'http://127.0.0.1:9/' });
  await clientOf(deaf).customers.create({});
  await deaf.close();
  await using shop = await receiver();
  for (let start = 0; start < 2; start += 1) {
    const next = await startStripeSimulator({ ledgerFile: place.file, webhookUrl: shop.url });
    await next.flushWebhooks();
    await next.close();
  }
  expect(shop.types()).toEqual(['customer.created']);
});

test('what was settling at the end settles after the restart', async () => {
  using place = temporaryLedger();
  const first = await startStripeSimulator({ ledgerFile: place.file, settleMs: 60_000 });
  const client = clientOf(first);
  const debit = { ...card('pm_usBankAccount_success'), allowed_payment_method_types: ['us_bank_account'] };
  const intent = await client.paymentIntents.create(debit);
  const paid = await client.paymentIntents.create(card('pm_card_refundFail'));
  const refund = await client.refunds.create({ payment_intent: paid.id });
  const pending = first.flushWebhooks();
  await first.close();
  await pending;
  const second = await startStripeSimulator({ ledgerFile: place.file, settleMs: 1 });
  await second.flushWebhooks();
  expect(second.ledger.find('payment_intent', intent.id)?.status).toBe('succeeded');
  expect(second.ledger.find('refund', refund.id)?.status).toBe('failed');
  await second.close();
});

test('a last line that a crash cut short is dropped, and writing goes on after it', async () => {
  using place = temporaryLedger();
  const first = await startStripeSimulator({ ledgerFile: place.file });
  await clientOf(first).customers.create({ name: 'whole' });
  await first.close();
  appendFileSync(place.file, '{"puts":[{"id":"cus_half","obj');
  const second = await startStripeSimulator({ ledgerFile: place.file });
  await clientOf(second).customers.create({ name: 'next' });
  await second.close();
  const names = readStripeLedger(place.file)
    .customers()
    .map(({ name }) => name);
  expect(names).toEqual(['whole', 'next']);
  expect(readFileSync(place.file, 'utf8').split('\n')).toHaveLength(3);
});

test('a ledger broken in the middle is refused by line instead of being read in part', async () => {
  using place = temporaryLedger();
  const first = await startStripeSimulator({ ledgerFile: place.file });
  await first.close();
  writeFileSync(place.file, '{}\nbroken\n{}\n');
  await expect(startStripeSimulator({ ledgerFile: place.file })).rejects.toThrow('line 2 is not JSON');
});
