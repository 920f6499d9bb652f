import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { codeFor } from '@cartwright/api/testing/people';
import { querySql } from '@cartwright/db/testing';
import { spawn } from '@lydell/node-pty';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ADMIN, openStore, type TestStore } from './harness.ts';

// Each step is a process of its own, and others share the machine.
vi.setConfig({ testTimeout: 90_000 });

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

let store: TestStore;
let folder: string;
beforeAll(async () => {
  store = await openStore();
  folder = await mkdtemp(join(tmpdir(), 'cartwright-terminal-'));
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** Runs the CLI in a terminal and types an answer whenever its question shows up. */
function inTerminal(args: string[], answers: [question: string, typed: string][], env: Record<string, string> = {}) {
  return new Promise<{ code: number; raw: string; text: string }>((resolve) => {
    // A build server's terminal has no colours, a person's has.
    const { CI: _, ...person } = process.env;
    const terminal = spawn(process.execPath, [MAIN, ...args], {
      cols: 100,
      rows: 30,
      env: { ...person, TERM: 'xterm', NO_COLOR: '', CARTWRIGHT_URL: store.url, XDG_CONFIG_HOME: folder, ...env },
    });
    const waiting = [...answers];
    let raw = '';
    terminal.onData((data) => {
      raw += data;
      const [next] = waiting;
      if (next === undefined || !stripVTControlCharacters(raw).includes(next[0])) return;
      waiting.shift();
      terminal.write(next[1]);
    });
    terminal.onExit(({ exitCode }) => resolve({ code: exitCode, raw, text: stripVTControlCharacters(raw) }));
  });
}

it('login asks for address and password, and never shows the password', async () => {
  const { code, text } = await inTerminal(
    ['login'],
    [
      ['Email', `${ADMIN.email}\r`],
      ['Password', `${ADMIN.password}\r`],
    ],
  );
  expect(code).toBe(0);
  expect(text).toContain(`Logged in to ${store.url} as ${ADMIN.email}.`);
  expect(text).not.toContain(ADMIN.password);
});

it('Ctrl-C at a question exits 130', async () => {
  const { code, text } = await inTerminal(['login', '--email', ADMIN.email], [['Password', '\u0003']]);
  expect([code, text]).toEqual([130, expect.stringContaining('Interrupted.')]);
});

const env = { CARTWRIGHT_EMAIL: ADMIN.email, CARTWRIGHT_PASSWORD: ADMIN.password };

it('tables have a bold head, unless NO_COLOR is set', async () => {
  await store.client.catalog.createProduct.mutate({ title: 'Lamp', variants: [{ sku: 'LAMP-1' }] });
  const bold = '\u001b[1m';
  expect((await inTerminal(['products', 'list'], [], env)).raw).toContain(bold);
  expect((await inTerminal(['products', 'list'], [], { ...env, NO_COLOR: '1' })).raw).not.toContain(bold);
});

it('an import shows a bar while it runs, and the counts alone in the end', async () => {
  const rows = Array.from({ length: 1_200 }, (_, i) => ({
    id: `p${i}`,
    title: `P ${i}`,
    price_minor: 100,
    currency: 'EUR',
  }));
  const file = join(folder, 'rows.ndjson');
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  const { code, raw, text } = await inTerminal(['import', 'products', file], [], env);
  expect(code).toBe(0);
  expect(text).toMatch(/█+░* +\d+ % {2}500 rows, [\d,]+\/s/);
  const wiped = '\r\u001b[2K';
  expect(raw.trimEnd().endsWith(`${wiped}created 1200, updated 0, unchanged 0, drafts 0, failed 0`)).toBe(true);
});

it('login asks for the second factor', async () => {
  const { secret } = await store.client.secondFactor.beginTotp.mutate();
  const clock = { now: () => new Date() };
  await store.client.secondFactor.confirmTotp.mutate({ code: codeFor({ clock }, secret) });
  await querySql(store.databaseUrl, 'update totp_factors set last_step = 0');
  const { code, text } = await inTerminal(
    ['login', '--email', ADMIN.email],
    [
      ['Password', `${ADMIN.password}\r`],
      ['Code of your authenticator app, or a recovery code', `${codeFor({ clock }, secret)}\r`],
    ],
  );
  expect([code, text]).toEqual([0, expect.stringContaining(`Logged in to ${store.url} as ${ADMIN.email}.`)]);
});

it('asks before every access token dies, and takes anything but yes for no', async () => {
  const no = await inTerminal(['keys', 'rotate', '--emergency'], [['Go on?', '\r']], env);
  expect([no.code, no.text]).toEqual([130, expect.stringContaining('Nothing was changed.')]);
  expect(await querySql(store.databaseUrl, 'select 1 from signing_keys where revoked_at is not null')).toEqual([]);
  const yes = await inTerminal(['keys', 'rotate', '--emergency'], [['Go on?', 'y']], env);
  expect([yes.code, yes.text]).toEqual([0, expect.stringContaining('Access tokens are signed with')]);
});
