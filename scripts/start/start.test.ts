import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { freePort } from '../../packages/db/src/testing/embedded-postgres.ts';
import { isAlive, readPostmaster } from '../../packages/db/src/testing/postmaster-file.ts';

/** Stand-ins for the store's programs: each writes what happens to it into one journal. */
const COMMON = `
import { appendFileSync } from 'node:fs';
const note = (text) => appendFileSync(process.env.JOURNAL, text + '\\n');
const leave = (why) => () => setTimeout(() => { note(name + ' ' + why); process.exit(0); }, 50);
const stay = () => {
  note(name + ' pid ' + process.pid);
  process.on('SIGTERM', leave('stopped'));
  process.on('disconnect', leave('disconnected'));
};`;
const SERVER = `const name = 'server'; ${COMMON}
import { createServer } from 'node:http';
stay();
note('env ' + JSON.stringify(process.env));
createServer((req, res) => { if (req.url === '/crash') process.exit(3); res.end('ok'); }).listen(Number(process.env.PORT), process.env.HOST);`;
const WORKER = `const name = 'worker'; ${COMMON} stay(); process.on('SIGUSR2', () => process.exit(9));`;
const SIMULATOR = `const name = 'stripe'; ${COMMON} stay(); console.log(JSON.stringify({ ready: true, url: 'http://127.0.0.1:4' }));`;
const SETUP = `const name = 'setup'; ${COMMON}
note('setup ran');
console.log(JSON.stringify({ adminEmail: 'admin@example.com', adminPassword: 'correct horse', seeded: true }));`;

let directory: string;
let running: ChildProcess[];
beforeEach(async () => {
  running = [];
  directory = mkdtempSync(join(tmpdir(), 'cartwright-start-'));
  await chmod(directory, 0o755);
  const programs = { server: SERVER, worker: WORKER, simulator: SIMULATOR, setup: SETUP };
  for (const [name, text] of Object.entries(programs)) await writeFile(join(directory, `${name}.mjs`), text);
  const script = (name: string): string => join(directory, `${name}.mjs`);
  const scripts = { server: script('server'), worker: script('worker'), simulator: script('simulator') };
  const entry = `import { runStore } from ${JSON.stringify(join(import.meta.dirname, 'main.ts'))};
    process.exit(await runStore({ root: ${JSON.stringify(directory)}, dataDir: process.env.DATA_DIR, env: process.env,
      watch: false, scripts: { ...${JSON.stringify(scripts)}, setup: [${JSON.stringify(script('setup'))}] } }));`;
  await writeFile(join(directory, 'start.ts'), entry);
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  for (const pid of (await pids()).values()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

const journal = (): Promise<string> => readFile(join(directory, 'journal'), 'utf8').catch(() => '');

async function pids(): Promise<Map<string, number>> {
  const lines = (await journal()).matchAll(/^(\w+) pid (\d+)$/gm);
  return new Map([...lines].map((match) => [match[1] ?? '', Number(match[2])]));
}

interface Started {
  child: ChildProcess;
  output: () => string;
  exit: Promise<number | null>;
}

function launch(env: Record<string, string>, command?: string[]): Started {
  const [file = '', ...args] = command ?? [process.execPath, join(directory, 'start.ts')];
  const given = { PORT: '0', JOURNAL: join(directory, 'journal'), DATA_DIR: join(directory, 'data'), ...env };
  const blank = { DATABASE_URL: '', STRIPE_SECRET_KEY: '', SMTP_URL: '', AUTH_SECRET: '', PUBLIC_URL: '', HOST: '' };
  const child = spawn(file, args, { env: { ...process.env, ...blank, npm_lifecycle_event: undefined, ...given } });
  running.push(child);
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stderr.on('data', (chunk) => (text += chunk));
  const exit = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
  return { child, output: () => text, exit };
}

async function until(what: () => boolean | Promise<boolean>, show: () => string): Promise<void> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await sleep(20)) if (await what()) return;
  throw new Error(`did not happen; the output was:\n${show()}`);
}

const ready = (store: Started): Promise<void> =>
  until(() => store.output().includes('Cartwright is ready'), store.output);

describe('pnpm start', () => {
  it('starts everything on an embedded database, refuses a second one, and stops in order', async () => {
    const port = await freePort();
    const store = launch({ PORT: String(port) });
    await ready(store);
    expect(store.output()).toContain(`API            http://localhost:${port}\n`);
    expect(store.output()).toContain('admin@example.com, password correct horse');
    const env = JSON.parse(/^env (.*)$/m.exec(await journal())?.[1] ?? '{}');
    expect(env).toMatchObject({ STRIPE_SIMULATOR: '1', STRIPE_API_BASE: 'http://127.0.0.1:4' });
    expect(env.DATABASE_URL).toMatch(/^postgres:\/\/postgres:.+@127\.0\.0\.1:\d+\/cartwright$/);
    expect(env.MAIL_DIR).toBe(join(directory, 'data', 'mail'));
    const secrets = JSON.parse(await readFile(join(directory, 'data', 'secrets.json'), 'utf8'));
    expect(env.AUTH_SECRET).toBe(secrets.authSecret);
    expect((await stat(join(directory, 'data', 'secrets.json'))).mode & 0o777).toBe(0o600);

    const same = launch({});
    expect(await same.exit).toBe(1);
    expect(same.output()).toContain(`already running from this folder: process ${store.child.pid}`);

    const worker = (await pids()).get('worker') ?? 0;
    process.kill(worker, 'SIGUSR2');
    await until(async () => (await pids()).get('worker') !== worker, store.output);

    const postgres = await readPostmaster(join(directory, 'data', 'postgres'));
    store.child.kill('SIGINT');
    expect(await store.exit).toBe(0);
    const ends = [...(await journal()).matchAll(/^(\w+) stopped$/gm)].map((match) => match[1]);
    expect([...ends.slice(0, 2).sort(), ends[2]]).toEqual(['server', 'worker', 'stripe']);
    expect([...(await pids()).values(), postgres?.pid ?? 0].filter(isAlive)).toEqual([]);
    await expect(stat(join(directory, 'data', 'run.json'))).rejects.toThrow('ENOENT');
  });

  it('says which port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const store = launch({ PORT: String(port), DATABASE_URL: inject('pgUrl') });
    expect(await store.exit).toBe(1);
    expect(store.output()).toContain(`Port ${port} on 127.0.0.1 is already in use`);
    expect(await journal()).toBe('');
    other.close();
  });

  it('brings a server back that crashes', async () => {
    const port = await freePort();
    const store = launch({ PORT: String(port), DATABASE_URL: inject('pgUrl') });
    await ready(store);
    await fetch(`http://127.0.0.1:${port}/crash`).catch(() => undefined);
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until(answers, store.output);
    expect(store.output()).toContain('the server has ended (exit code 3); starting it again');
    store.child.kill('SIGTERM');
    expect(await store.exit).toBe(0);
    expect([...(await pids()).values()].filter(isAlive)).toEqual([]);
  });

  it('stops when the launcher above it is killed', async () => {
    const env = { DATABASE_URL: inject('pgUrl'), npm_lifecycle_event: 'start' };
    const store = launch(env, ['sh', '-c', `"${process.execPath}" "${join(directory, 'start.ts')}"; exit $?`]);
    await ready(store);
    store.child.kill('SIGKILL');
    await store.exit;
    expect(store.output()).toContain('the launcher is gone: stopping');
    expect(await journal()).toContain('server stopped');
    await until(async () => [...(await pids()).values()].filter(isAlive).length === 0, store.output);
  });

  it('leaves no program behind when it is killed itself', async () => {
    const store = launch({ DATABASE_URL: inject('pgUrl') });
    await ready(store);
    store.child.kill('SIGKILL');
    await until(async () => [...(await pids()).values()].filter(isAlive).length === 0, store.output);
    expect(await journal()).toContain('server disconnected');
    const next = launch({ DATABASE_URL: inject('pgUrl') });
    await ready(next);
    next.child.kill('SIGTERM');
    expect(await next.exit).toBe(0);
  });

  it('uses the Stripe account that is configured, and invents no secret in production', async () => {
    const store = launch({ DATABASE_URL: inject('pgUrl'), STRIPE_SECRET_KEY: 'sk_live_x', NODE_ENV: 'production' });
    await ready(store);
    const env = JSON.parse(/^env (.*)$/m.exec(await journal())?.[1] ?? '{}');
    expect(env).toMatchObject({ STRIPE_SECRET_KEY: 'sk_live_x' });
    expect('AUTH_SECRET' in env && env.AUTH_SECRET !== '').toBe(false);
    expect('STRIPE_SIMULATOR' in env || 'STRIPE_API_BASE' in env).toBe(false);
    expect(await pids()).not.toHaveProperty('stripe');
    store.child.kill('SIGHUP');
    expect(await store.exit).toBe(0);
  });
});
