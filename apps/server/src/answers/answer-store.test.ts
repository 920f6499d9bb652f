import { expect, test } from 'vitest';
import { AnswerStore } from './answer-store.ts';
import { canonical } from './canonical.ts';
import { KeptAnswer } from './kept-answer.ts';

const answerOf = (bytes: number): KeptAnswer =>
  new KeptAnswer('x'.repeat(bytes), {
    contentType: 'application/json',
    tags: [],
    at: 0,
    freshUntil: 1,
    keptUntil: 1,
  });

test('what was used least recently makes room, and never is there more than the bound', () => {
  const store = new AnswerStore(90_000);
  for (let n = 0; n < 10; n += 1) store.set(`k${n}`, answerOf(8_000));
  expect(store.bytes).toBeLessThanOrEqual(90_000);
  expect(['k4', 'k5', 'k9'].map((key) => store.get(key) !== undefined)).toEqual([false, true, true]);
  const used = store.get('k5') as KeptAnswer;
  store.used('k5', used);
  store.set('new', answerOf(8_000));
  expect(['k5', 'k6', 'new'].map((key) => store.get(key) !== undefined)).toEqual([true, false, true]);
});

test('compressed bytes count, and go with the answer', () => {
  const store = new AnswerStore(50_000);
  const answer = answerOf(8_000);
  store.set('a', answer);
  const plain = store.bytes;
  answer.give('gzip');
  const { body, encoding } = answer.give('gzip');
  expect(encoding).toBe('gzip');
  store.used('a', answer);
  // The text has become bytes of half its size in memory.
  expect(store.bytes).toBe(plain - 8_000 + body.length);
  store.delete('a');
  expect(store.bytes).toBe(0);
});

test('of the ways to write one question a few are known, and they go with the answer', () => {
  const store = new AnswerStore();
  store.set('a', answerOf(10));
  for (let n = 0; n < 100; n += 1) store.addAlias('a', `/a?${n}`);
  const known = Array.from({ length: 100 }, (_, n) => store.byAlias(`/a?${n}`)).filter((each) => each !== undefined);
  expect(known).toHaveLength(4);
  store.delete('a');
  expect(store.byAlias('/a?0')).toBeUndefined();
  expect(store.bytes).toBe(0);
});

test('an answer that may be asked for only once is not compressed', () => {
  const answer = answerOf(8_000);
  expect(answer.give('br')).toEqual({ body: answer.text, encoding: 'identity' });
  const { body, encoding } = answer.give('br');
  expect([encoding, body.length < 100]).toEqual(['br', true]);
});

test('JSON in one order whatever the order of its names', () => {
  expect(canonical({ b: [{ d: 1, c: undefined }], a: 'x' })).toBe('{"a":"x","b":[{"d":1}]}');
  expect(canonical({ a: 'x', b: [{ d: 1 }] })).toBe(canonical({ b: [{ d: 1 }], a: 'x' }));
  expect(canonical({ a: [1, 2] })).not.toBe(canonical({ a: [2, 1] }));
});
