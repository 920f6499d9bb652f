import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('an empty environment gives the documented defaults', () => {
  expect(readConfig({ PORT: '', SECRET_KEY: '' })).toEqual({
    port: 0,
    host: '127.0.0.1',
    secretKey: 'sk_test_simulator',
    publishableKey: 'pk_test_simulator',
    webhookSecret: 'whsec_simulator',
    webhookUrl: undefined,
    ledgerFile: undefined,
    publicUrl: undefined,
    faults: {},
    seed: 1,
  });
});

test('every option is read from its variable', () => {
  const env = { PORT: '12', SEED: '3', WEBHOOK_URL: 'http://a/', LEDGER_FILE: 'l', FAULTS: '{"webhookLost":0.5}' };
  expect(readConfig(env)).toMatchObject({
    port: 12,
    seed: 3,
    webhookUrl: 'http://a/',
    ledgerFile: 'l',
    faults: { webhookLost: 0.5 },
  });
});

test('a value that makes no sense stops the start and names its variable', () => {
  expect(() => readConfig({ PORT: 'x' })).toThrow('PORT');
  expect(() => readConfig({ SEED: '-1' })).toThrow('SEED');
  for (const plan of ['[]', '{"webhookLots":1}', '{"webhookLost":"1"}', '{"webhookLost":-1}', '{"latencyMs":[true]}']) {
    expect(() => readConfig({ FAULTS: plan })).toThrow('FAULTS');
  }
  expect(readConfig({ FAULTS: '{"webhookLost":[true],"latencyMs":[1,2]}' }).faults).toEqual({
    webhookLost: [true],
    latencyMs: [1, 2],
  });
});
