import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { errorIn, raw, refusal, started } from './test-support.ts';

const path = '/v1/payment_intents';

const REFUSED: readonly (readonly [body: string, code: string | undefined, param: string | undefined])[] = [
  ['', 'parameter_missing', 'amount'],
  ['amount=1', 'parameter_missing', 'currency'],
  ['amount=&currency=eur', 'parameter_invalid_empty', 'amount'],
  ['amount=0&currency=eur', 'parameter_invalid_integer', 'amount'],
  ['amount=-1&currency=eur', 'parameter_invalid_integer', 'amount'],
  ['amount=1.5&currency=eur', 'parameter_invalid_integer', 'amount'],
  ['amount=1e3&currency=eur', 'parameter_invalid_integer', 'amount'],
  ['amount=100000000&currency=eur', 'amount_too_large', 'amount'],
  [`amount=${'9'.repeat(400)}&currency=eur`, 'amount_too_large', 'amount'],
  ['amount[a]=1&currency=eur', undefined, 'amount'],
  ['amount=1&currency=xxxx', undefined, 'currency'],
  ['amount=1&currency=eur&nonsense=1', 'parameter_unknown', 'nonsense'],
  ['amount=1&currency=eur&__proto__[x]=1', 'parameter_unknown', '__proto__'],
  ['amount=1&currency=eur&constructor=1', 'parameter_unknown', 'constructor'],
  ['amount=1&currency=eur&shipping[name]=a&shipping[address][x]=1', 'parameter_unknown', 'shipping[address][x]'],
  ['amount=1&currency=eur&metadata[__proto__]=1', undefined, 'metadata[__proto__]'],
  [`amount=1&currency=eur&metadata[${'k'.repeat(41)}]=1`, undefined, `metadata[${'k'.repeat(41)}]`],
  [`amount=1&currency=eur&metadata[k]=${'v'.repeat(501)}`, undefined, 'metadata[k]'],
  ['amount=1&currency=eur&metadata=x', undefined, 'metadata'],
  [
    `amount=1&currency=eur${Array.from({ length: 51 }, (_, k) => `&metadata[k${k}]=1`).join('')}`,
    undefined,
    'metadata',
  ],
  ['amount=1&currency=eur&confirm=maybe', undefined, 'confirm'],
  ['amount=1&currency=eur&capture_method=later', undefined, 'capture_method'],
  ['amount=1&currency=eur&payment_method_types=card', undefined, 'payment_method_types'],
  ['amount=1&currency=eur&payment_method_types[x]=card', undefined, 'payment_method_types'],
  ['amount=1&currency=eur&shipping=x', undefined, 'shipping'],
  [`amount=1&currency=eur&description=${'x'.repeat(1_001)}`, 'parameter_invalid_string', 'description'],
  ['amount=1&currency=eur&payment_method=pm_unknown', 'resource_missing', 'payment_method'],
  ['amount=1&currency=eur&return_url=https://shop.example/', undefined, 'return_url'],
  ['amount=1&currency=eur&confirm=true&return_url=javascript:alert(1)', 'url_invalid', 'return_url'],
  ['amount=1&currency=eur&confirm=true&return_url=nowhere', 'url_invalid', 'return_url'],
  ['amount=1&currency=eur&confirm=true', 'payment_intent_unexpected_state', undefined],
  ['amount=1&currency=eur&expand[]=amount', undefined, 'expand'],
  ['amount=1&currency=eur&expand[]=nothing', undefined, 'expand'],
  ['amount=1&currency=eur&expand[]=client_secret', undefined, 'expand'],
  ['amount=1&currency=eur&expand[]=a.b.c.d.e', undefined, undefined],
  ['amount=1&currency=eur&payment_method_types[]=card&automatic_payment_methods[enabled]=true', undefined, undefined],
  ['amount=1&currency=eur&amount[x]=2', undefined, undefined],
  ['amount[x]=2&amount=1', undefined, undefined],
  ['amount=1&amount[x][y]=2', undefined, undefined],
  ['amount=%zz', undefined, undefined],
  ['amount[=1', undefined, undefined],
  ['[a]=1', undefined, undefined],
  [`a${'[b]'.repeat(20)}=1`, undefined, undefined],
  [Array.from({ length: 1_001 }, (_, k) => `a${k}=1`).join('&'), undefined, undefined],
];

test.each(REFUSED.map(([body, code, param]) => ({ body, shown: body.slice(0, 60), code, param })))(
  '$shown is 400 with code $code on $param, and nothing is created',
  async ({ body, code, param }) => {
    await using sut = await started();
    const answer = await raw(sut.simulator, path, { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('request-id')).toMatch(/^req_/);
    const error = errorIn(answer);
    expect(error).toMatchObject({ type: 'invalid_request_error', message: expect.any(String) });
    expect([error['code'], error['param']]).toEqual([code, param]);
    expect(sut.simulator.ledger.paymentIntents()).toEqual([]);
  },
);

test('empty pairs and valueless names are read as Stripe reads them', async () => {
  await using sut = await started();
  const body = '&amount=5&&currency=eur&automatic_payment_methods[enabled]=false&description&';
  const answer = await raw(sut.simulator, path, { method: 'POST', body });
  expect(JSON.parse(answer.text)).toMatchObject({ amount: 5, description: null, payment_method_types: ['card'] });
});

test('a wrong, missing or strange key is 401', async () => {
  await using sut = await started();
  const wrong = await refusal(sut.stripe.paymentIntents.list({}, { apiKey: 'sk_test_wrong_key' }));
  expect(wrong).toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 });
  expect(wrong.message).not.toContain('wrong_key');
  for (const authorization of ['', 'Bearer ', 'Digest x', 'Basic !!!']) {
    const answer = await raw(sut.simulator, path, { headers: { authorization } });
    expect([answer.status, errorIn(answer)['type']]).toEqual([401, 'invalid_request_error']);
  }
  const basic = `Basic ${Buffer.from('sk_test_simulator:').toString('base64')}`;
  expect((await raw(sut.simulator, path, { headers: { authorization: basic } })).status).toBe(200);
});

test('an unknown route, id or method is 404 in the same shape', async () => {
  await using sut = await started();
  for (const [method, target] of [
    ['GET', '/v1/nothing'],
    ['GET', '/v1'],
    ['DELETE', path],
    ['GET', `${path}/pi_no`],
    ['GET', '/v1/charges/__proto__'],
  ] as const) {
    const answer = await raw(sut.simulator, target, { method });
    expect([answer.status, errorIn(answer)['type']]).toEqual([404, 'invalid_request_error']);
  }
});

test('a body of one megabyte is 413, one of the wrong type 400, and the server lives on', async () => {
  await using sut = await started();
  const large = await raw(sut.simulator, path, { method: 'POST', body: `amount=${'1'.repeat(1_000_000)}` });
  expect([large.status, errorIn(large)['type']]).toEqual([413, 'invalid_request_error']);
  const headers = { 'content-type': 'application/json' };
  const json = await raw(sut.simulator, path, { method: 'POST', body: '{"amount":1}', headers });
  expect([json.status, errorIn(json)['type']]).toEqual([400, 'invalid_request_error']);
  const endless = raw(sut.simulator, path, { method: 'POST', body: 'x'.repeat(17 * 1_024 * 1_024) });
  await expect(endless).rejects.toThrow();
  expect((await raw(sut.simulator, path)).status).toBe(200);
});

test('bytes that are not HTTP get a 400 in the same shape', async () => {
  await using sut = await started();
  const answer = await new Promise<string>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(sut.simulator.port, '127.0.0.1', () => socket.write('no such protocol\r\n\r\n'));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => resolve(Buffer.concat(chunks).toString()));
    socket.on('error', reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400/);
  expect(errorIn({ text: answer.slice(answer.indexOf('{')) })).toMatchObject({ type: 'invalid_request_error' });
});

test('a defect is a 500 in the same shape and uses up no key', async ({ onTestFinished }) => {
  const original = console.error;
  onTestFinished(() => {
    console.error = original;
  });
  console.error = () => {};
  let broken = false;
  await using sut = await started({
    random: (size) => {
      if (broken && size === 23) throw new Error('no entropy');
      return crypto.getRandomValues(new Uint8Array(size));
    },
  });
  broken = true;
  const attempt = () => sut.stripe.paymentIntents.create({ amount: 1, currency: 'eur' }, { idempotencyKey: 'k' });
  expect(await refusal(attempt())).toMatchObject({ type: 'StripeAPIError', statusCode: 500 });
  broken = false;
  expect(await attempt()).toMatchObject({ amount: 1 });
  const challenge = await sut.stripe.paymentIntents.create({
    amount: 1,
    currency: 'eur',
    confirm: true,
    payment_method: 'pm_card_threeDSecure2Required',
    allowed_payment_method_types: ['card'],
  });
  broken = true;
  const page = await raw(sut.simulator, `/3ds/${challenge.id}`, { method: 'POST', body: 'action=complete' });
  expect([page.status, page.text.includes('no entropy')]).toEqual([500, false]);
});
