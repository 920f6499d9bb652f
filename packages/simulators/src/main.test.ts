import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const main = join(import.meta.dirname, 'main.ts');

async function ready(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no stdout');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const message = JSON.parse(line) as { ready: boolean; url: string };
  expect(message.ready).toBe(true);
  return message.url;
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends a serving process with 0 in two seconds', async (signal) => {
  const child = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await ready(child);
  const hanging = fetch(`${url}/v1/account`, { headers: { authorization: 'Bearer sk_test_simulator' } });
  expect((await hanging).status).toBe(200);
  const since = performance.now();
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(performance.now() - since).toBeLessThan(2_000);
});

test('the process ends when the parent that forked it is gone', async () => {
  const child = fork(main, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  await ready(child);
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});
