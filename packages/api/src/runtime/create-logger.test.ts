import { expect, test } from 'vitest';
import { createLogger } from './create-logger.ts';

test('writes one JSON line per message of the level and above, without secrets', () => {
  const lines: string[] = [];
  const log = createLogger({ level: 'warn', write: (line) => lines.push(line) });
  log.info({ a: 1 }, 'not written');
  log.warn({ a: 1, token: 'abc', password: 'def' }, 'written');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 40, time: expect.any(Number), a: 1, token: '[Redacted]', password: '[Redacted]', msg: 'written' },
  ]);
});

test('says nothing when silent', () => {
  const lines: string[] = [];
  createLogger({ level: 'silent', write: (line) => lines.push(line) }).error({}, 'x');
  expect(lines).toEqual([]);
});
