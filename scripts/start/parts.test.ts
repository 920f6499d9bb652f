import { expect, it } from 'vitest';
import { isLauncher } from './ancestors.ts';
import { readAddress } from './environment.ts';
import { readableLine } from './log-line.ts';

it.each<[boolean, string[]]>([
  [true, ['npm', 'exec', 'pnpm@12', 'start']],
  [true, ['npm exec pnpm@12 start']],
  [true, ['sh', '-c', 'pnpm start']],
  [true, ['sh', '-c', 'node scripts/start.ts']],
  [true, ['/usr/bin/node', '/root/.npm/_npx/1/node_modules/.bin/pnpm', 'start']],
  [true, ['/root/.npm/_npx/1/node_modules/@pnpm/linux-x64/pnpm', 'start']],
  [true, ['node', '/usr/lib/node_modules/npm/bin/npx-cli.js', '-y', 'pnpm@12', 'start']],
  [false, ['-bash']],
  [false, ['bash']],
  [false, ['bash', '-c', 'make all']],
  [false, ['/usr/bin/node', 'agent.js']],
  [false, []],
])('a launcher above us: %s for %j', (expected, command) => {
  expect(isLauncher(command)).toBe(expected);
});

it('shows a JSON log line to people, and cannot be made to move their cursor', () => {
  const time = new Date(2026, 0, 2, 3, 4, 5).getTime();
  const line = JSON.stringify({ level: 30, time, pid: 1, msg: 'done', path: '/\u001b[2J', ms: 4 });
  expect(readableLine('server', line)).toBe('03:04:05 server info  done path=/ ms=4');
  expect(readableLine('worker', '\u001b[31mplain')).toBe('worker | plain');
  expect(readableLine('worker', '{broken')).toBe('worker | {broken');
});

it('reads the address, and says what is wrong with it', async () => {
  expect(await readAddress({ PORT: '8080', HOST: '0.0.0.0', PUBLIC_URL: 'https://shop.example/' })).toEqual({
    host: '0.0.0.0',
    port: 8080,
    localUrl: 'http://127.0.0.1:8080',
    publicUrl: 'https://shop.example',
  });
  expect(await readAddress({ PORT: '', HOST: '::1' })).toMatchObject({ port: 3000, localUrl: 'http://[::1]:3000' });
  await expect(readAddress({ PORT: '80a' })).rejects.toThrow('PORT must be a number');
});
