import { expect, test } from 'vitest';
import { card, raw, started } from './test-support.ts';

function submit(body: string): RequestInit {
  return { method: 'POST', body };
}

test('the front page lists payments with their text escaped', async () => {
  await using sut = await started();
  const intent = await sut.stripe.paymentIntents.create({ ...card(), description: '<script>alert("1")</script>' });
  await sut.stripe.paymentIntents.create({ amount: 500, currency: 'jpy' });
  const page = await raw(sut.simulator, '/');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page.text).toContain(intent.id);
  expect(page.text).toContain('€10.00');
  expect(page.text).toContain('¥500');
  expect(page.text).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
  expect(page.text).not.toContain('<script');
});

test.each([
  ['complete', 'pm_card_threeDSecure2Required', 'succeeded', 'succeeded'],
  ['fail', 'pm_card_threeDSecure2Required', 'failed', 'requires_payment_method'],
  ['complete', 'pm_card_threeDSecureRequiredChargeDeclined', 'failed', 'requires_payment_method'],
])('%s on the challenge of %s returns to the shop as %s', async (action, method, result, status) => {
  await using sut = await started();
  const intent = await sut.stripe.paymentIntents.create({
    ...card(method),
    return_url: 'https://shop.example/back?order=7',
  });
  const path = new URL(String(intent.next_action?.redirect_to_url?.url)).pathname;
  const page = await raw(sut.simulator, path);
  expect(page.text).toContain('Complete');
  const answer = await raw(sut.simulator, path, submit(`action=${action}`));
  expect(answer.status).toBe(303);
  const target = new URL(String(answer.headers.get('location')));
  expect(target.origin + target.pathname).toBe('https://shop.example/back');
  expect(Object.fromEntries(target.searchParams)).toEqual({
    order: '7',
    payment_intent: intent.id,
    payment_intent_client_secret: intent.client_secret,
    redirect_status: result,
  });
  expect(await sut.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status });
  expect((await raw(sut.simulator, path)).text).toContain('Nothing to authenticate');
});

test('a failed authentication names its reason and charges nothing', async () => {
  await using sut = await started();
  const intent = await sut.stripe.paymentIntents.create(card('pm_card_authenticationRequired'));
  const answer = await raw(sut.simulator, `/3ds/${intent.id}`, submit('action=fail'));
  expect(answer.text).toContain('Authentication failed');
  expect(sut.simulator.ledger.charges()).toEqual([]);
  expect(sut.simulator.ledger.find('payment_intent', intent.id)?.last_payment_error).toMatchObject({
    code: 'payment_intent_authentication_failure',
    type: 'invalid_request_error',
  });
});

test('answering a challenge twice pays once', async () => {
  await using sut = await started();
  const intent = await sut.stripe.paymentIntents.create(card('pm_card_threeDSecure2Required'));
  const path = `/3ds/${intent.id}`;
  await Promise.all([1, 2, 3].map(() => raw(sut.simulator, path, submit('action=complete'))));
  expect(sut.simulator.ledger.charges()).toMatchObject([
    { paid: true, payment_method_details: { card: { three_d_secure: { result: 'authenticated' } } } },
  ]);
  expect((await raw(sut.simulator, path, submit('action=fail'))).text).toContain('Authentication succeeded');
});

test('a person pays by hand: a declined card, a challenge, and then back to the shop', async () => {
  await using sut = await started({ publicUrl: 'https://pay.example/' });
  const intent = await sut.stripe.paymentIntents.create({ amount: 1_234, currency: 'usd' });
  const path = `/pay/${intent.id}`;
  const secret = `client_secret=${intent.client_secret}`;
  expect((await raw(sut.simulator, path)).status).toBe(403);
  const form = await raw(sut.simulator, `${path}?${secret}&return_url=https://shop.example/%22x`);
  expect(form.text).toContain('$12.34');
  expect(form.text).toContain('<option>pm_card_visa</option>');
  expect(form.text).toContain('value="https://shop.example/&quot;x"');
  expect((await raw(sut.simulator, path, submit('payment_method=pm_card_visa'))).status).toBe(403);
  const declined = await raw(sut.simulator, path, submit(`${secret}&payment_method=pm_card_chargeDeclined`));
  expect([declined.status, declined.text.includes('Your card was declined.')]).toEqual([402, true]);
  const back = `return_url=${encodeURIComponent('https://shop.example/back')}`;
  const challenged = await raw(
    sut.simulator,
    path,
    submit(`${secret}&payment_method=pm_card_threeDSecure2Required&${back}`),
  );
  expect([challenged.status, challenged.headers.get('location')]).toEqual([303, `/3ds/${intent.id}`]);
  expect(sut.simulator.ledger.find('payment_intent', intent.id)?.next_action).toMatchObject({
    redirect_to_url: { url: `https://pay.example/3ds/${intent.id}` },
  });
  const paid = await raw(sut.simulator, path, submit(`${secret}&payment_method=pm_card_visa&${back}`));
  expect(paid.headers.get('location')).toContain('redirect_status=succeeded');
  expect((await raw(sut.simulator, `${path}?${secret}`)).text).toContain('succeeded');
  const other = await sut.stripe.paymentIntents.create({ amount: 1, currency: 'usd' });
  const plain = await raw(
    sut.simulator,
    `/pay/${other.id}`,
    submit(`client_secret=${other.client_secret}&payment_method=pm_usBankAccount_success&return_url=`),
  );
  expect(plain.text).toContain('processing');
});

test('what is not there or not meant is a page with the right status', async () => {
  await using sut = await started();
  const intent = await sut.stripe.paymentIntents.create(card('pm_card_threeDSecure2Required'));
  const statusOf = async (path: string, init?: RequestInit) => (await raw(sut.simulator, path, init)).status;
  expect(await statusOf('/nothing')).toBe(404);
  expect(await statusOf('/3ds/pi_no')).toBe(404);
  expect(await statusOf(`/3ds/${intent.id}/more`)).toBe(404);
  expect(await statusOf(`/3ds/${intent.id}`, { method: 'PUT', body: 'a=1' })).toBe(405);
  expect(await statusOf(`/3ds/${intent.id}`, submit('action=else'))).toBe(400);
  expect(await statusOf(`/3ds/${intent.id}`, submit('action=%zz'))).toBe(400);
  expect(await statusOf('/', { method: 'POST', body: 'x'.repeat(1_000_000) })).toBe(404);
});
