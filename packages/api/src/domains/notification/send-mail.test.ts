import { afterAll, beforeAll, expect, test } from 'vitest';
import { erasedAddress } from '../../kit/erased-address.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { sendMail } from './send-mail.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

const mail = { subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' };

test('nothing is sent to somebody who was erased', async () => {
  await sendMail(makeCtx(runtime), { id: '1', to: erasedAddress('x'), mail });
  await sendMail(makeCtx(runtime), { id: '2', to: 'ada@example.com', mail });
  expect(runtime.mailer.sent.map(({ id }) => id)).toEqual(['2']);
});

test('what is kept of a failure does not say to whom', async () => {
  const send = () => Promise.reject(new Error('550 5.1.1 <ada@example.com>: ada@example.com is unknown'));
  const failing = { send, close: async () => undefined };
  const sent = sendMail(makeCtx(runtime, { mailer: failing }), { id: '3', to: 'ada@example.com', mail });
  await expect(sent).rejects.toThrow('550 5.1.1 <<the address>>: <the address> is unknown');
});
