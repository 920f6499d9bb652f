import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openProxy, openStore, type TestStore } from './harness.ts';

// Each step is a process of its own, and others share the machine.
vi.setConfig({ testTimeout: 90_000 });

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

interface Row {
  id: string;
  [field: string]: unknown;
}

function row(id: string, fields: object = {}): Row {
  return {
    id,
    title: `Product ${id}`,
    description: '',
    brand: 'Acme',
    category_path: ['Garden', 'Tools'],
    attributes: { Color: 'Green' },
    price_minor: 1250,
    currency: 'EUR',
    images: [],
    sku: `SKU-${id}`,
    ...fields,
  };
}

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  const file = join(store.configHome, name);
  await writeFile(file, content);
  return file;
}

const ndjson = (rows: readonly object[]): string => rows.map((each) => `${JSON.stringify(each)}\n`).join('');
const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1);

describe('import products', () => {
  it('creates, and a second run changes nothing', async () => {
    const rows = [row('a1'), row('a2', { price_minor: null, currency: null }), row('a3', { sku: 'SKU-a1' })];
    const file = await fileOf('three.ndjson', ndjson(rows));
    const first = await store.cli(['import', 'products', file, '--default-stock', '7']);
    expect(first.stdout).toBe('created 3, updated 0, unchanged 0, drafts 1, failed 0\n');
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(/^row 3: warning: .*SKU-a1/m);
    const second = await store.cli(['import', 'products', file, '--default-stock', '7']);
    expect(second).toEqual({ code: 0, stdout: 'created 0, updated 0, unchanged 3, drafts 0, failed 0\n', stderr: '' });
    const shown = JSON.parse((await store.cli(['products', 'show', 'SKU-a1', '--json'])).stdout);
    expect(shown).toMatchObject({ externalId: 'a1', status: 'active', variants: [{ stock: [{ onHand: 7 }] }] });
  });

  it('changes what differs, and publishes without a price when asked', async () => {
    const before = [row('b1'), row('b2'), row('b3', { price_minor: null, currency: null })];
    await store.cli(['import', 'products', await fileOf('before.ndjson', ndjson(before))]);
    const after = [row('b1', { title: 'Another name' }), row('b2'), row('b3', { price_minor: null, currency: null })];
    const file = await fileOf('after.ndjson.gz', gzipSync(ndjson(after)));
    const { stdout, code } = await store.cli(['import', 'products', file, '--publish-unpriced', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ created: 0, updated: 2, unchanged: 1, drafts: 0, failed: 0, warnings: 0 });
  });

  it('numbers failed rows by their line, and exits 65 after the rest is in', async () => {
    const lines = [JSON.stringify(row('c1')), '{"id":', '', JSON.stringify({ id: 'c2' }), JSON.stringify(row('c3'))];
    const file = await fileOf('broken.ndjson', lines.join('\n'));
    const messages = join(store.configHome, 'messages.txt');
    const { code, stdout, stderr } = await store.cli(['import', 'products', file, '--warnings', messages]);
    expect([code, lastLine(stdout)]).toEqual([65, 'created 2, updated 0, unchanged 0, drafts 0, failed 2']);
    expect(stderr).toMatch(/^row 2: error: The row is not JSON: /m);
    expect(stderr).toMatch(/^row 4: error: /m);
    expect(stderr.match(/^row /gm)).toHaveLength(2);
    expect(await readFile(messages, 'utf8')).toBe(stderr);
  });

  it('shows the first 20 messages of a kind, or all of them', async () => {
    const broken = Array.from({ length: 25 }, () => 'x\n').join('');
    const file = await fileOf('many.ndjson', broken);
    const short = await store.cli(['import', 'products', file]);
    expect([short.code, short.stdout]).toEqual([65, 'created 0, updated 0, unchanged 0, drafts 0, failed 25\n']);
    expect(short.stderr.match(/^row \d+: error: /gm)).toHaveLength(20);
    expect(short.stderr).toMatch(/^… and 5 more errors \(all with --verbose, or in --warnings FILE\)$/m);
    const long = await store.cli(['import', 'products', file, '--verbose']);
    expect(long.stderr.match(/^row \d+: error: /gm)).toHaveLength(25);
    expect(long.stderr).not.toContain('more errors');
  });

  it('refuses files that cannot be read or written', async () => {
    const missing = await store.cli(['import', 'products', '/no/such.ndjson']);
    expect(missing).toEqual({ code: 66, stdout: '', stderr: 'cartwright: /no/such.ndjson does not exist.\n' });
    expect((await store.cli(['import', 'products', store.configHome])).code).toBe(66);
    const file = await fileOf('fine.ndjson', ndjson([row('d1')]));
    const unwritable = await store.cli(['import', 'products', file, '--warnings', '/no/such/folder/w.txt']);
    expect([unwritable.code, unwritable.stdout]).toEqual([64, '']);
    const damaged = await fileOf('damaged.gz', gzipSync(ndjson([row('d2')])).subarray(0, 60));
    expect(await store.cli(['import', 'products', damaged])).toMatchObject({
      code: 65,
      stderr: expect.stringContaining('is damaged'),
    });
  });

  it('an account that may not import is refused with 77', async () => {
    const file = await fileOf('guest.ndjson', ndjson([row('e1')]));
    expect((await store.guest(['import', 'products', file])).code).toBe(77);
  });
});

describe('import products over a bad connection', () => {
  const rows = (prefix: string) => Array.from({ length: 1_700 }, (_, i) => row(`${prefix}${i}`));
  const unauthenticated = {
    error: {
      json: {
        message: 'Log in first.',
        code: -32001,
        data: { code: 'UNAUTHORIZED', httpStatus: 401, problem: { status: 401, code: 'unauthenticated', title: 'x' } },
      },
    },
  };

  it('sends a batch again when the connection breaks, after and before the store got it, and counts it once', async () => {
    const file = await fileOf('reset.ndjson', ndjson(rows('f')));
    let answerLost = false;
    const proxy = await openProxy(store.url, ({ path, count, body }, answer) => {
      if (path !== 'catalog.importBatch') return false;
      if (count === 1) {
        answer(0);
        return true;
      }
      if (count === 3 && !answerLost) {
        // The store gets it, the CLI does not hear of it.
        answerLost = true;
        const headers = { 'content-type': 'application/json', authorization: proxy.lastAuthorization };
        void fetch(`${store.url}/trpc/${path}`, { method: 'POST', headers, body }).then(() => answer(0));
        return true;
      }
      return false;
    });
    const { code, stdout } = await store.cli(['import', 'products', file, '--url', proxy.url]);
    await proxy.close();
    expect([code, lastLine(stdout)]).toEqual([0, 'created 1700, updated 0, unchanged 0, drafts 0, failed 0']);
    expect(proxy.calls.filter((path) => path === 'catalog.importBatch')).toHaveLength(4 + 2);
  });

  it('renews its session in the middle', async () => {
    const file = await fileOf('renewed.ndjson', ndjson(rows('g')));
    const proxy = await openProxy(store.url, ({ path, count }, answer) => {
      if (path !== 'catalog.importBatch' || count !== 2) return false;
      answer(401, unauthenticated);
      return true;
    });
    const { code, stdout } = await store.cli(['import', 'products', file, '--url', proxy.url]);
    await proxy.close();
    expect([code, lastLine(stdout)]).toEqual([0, 'created 1700, updated 0, unchanged 0, drafts 0, failed 0']);
    expect(proxy.calls.filter((path) => path === 'auth.refresh')).toHaveLength(1);
  });

  it('waits when it is told to slow down', async () => {
    const file = await fileOf('slow.ndjson', ndjson([row('h1')]));
    const problem = { status: 429, code: 'rate_limited', title: 'x', retryAfterSeconds: 0.05 };
    const data = { code: 'TOO_MANY_REQUESTS', httpStatus: 429, problem };
    const proxy = await openProxy(store.url, ({ path, count }, answer) => {
      if (path !== 'catalog.importBatch' || count > 2) return false;
      answer(429, { error: { json: { message: 'x', code: -32029, data } } });
      return true;
    });
    const { stdout } = await store.cli(['import', 'products', file, '--url', proxy.url]);
    await proxy.close();
    expect(lastLine(stdout)).toBe('created 1, updated 0, unchanged 0, drafts 0, failed 0');
  });

  it('Ctrl-C says how to go on, exits 130, and the same command sends only the rest', async () => {
    const file = await fileOf('interrupted.ndjson', ndjson(rows('i')));
    let interrupt: (signal: NodeJS.Signals) => void = () => {};
    const proxy = await openProxy(store.url, ({ path, count }) => {
      if (path !== 'catalog.importBatch' || count < 3) return false;
      interrupt('SIGINT');
      return true;
    });
    const env = { CARTWRIGHT_URL: proxy.url };
    const onSpawn = (kill: typeof interrupt): void => {
      interrupt = kill;
    };
    const first = await store.cli(['import', 'products', file], { env, onSpawn });
    await proxy.close();
    expect([first.code, first.stdout]).toEqual([130, '']);
    expect(lastLine(first.stderr)).toBe(
      'cartwright: Interrupted. Run the same command again to go on where it stopped.',
    );

    const direct = await openProxy(store.url, () => false);
    const second = await store.cli(['import', 'products', file], { env: { CARTWRIGHT_URL: direct.url } });
    await direct.close();
    expect(lastLine(second.stdout)).toBe('created 1700, updated 0, unchanged 0, drafts 0, failed 0');
    expect(second.stderr).toMatch(/^Going on with an import that was interrupted \(batches in already: \d\)\.$/m);
    expect(direct.calls.filter((path) => path === 'catalog.importBatch').length).toBeLessThan(4);
  });
});

const realCatalog = join(process.env['CARTWRIGHT_SHARED'] ?? '', 'data', 'catalog.ndjson.gz');

describe.skipIf(!existsSync(realCatalog))('import of the real catalog (needs CARTWRIGHT_SHARED)', () => {
  it('takes in 29,652 real products, and a second run finds all of them unchanged', { timeout: 300_000 }, async () => {
    const first = await store.cli(['import', 'products', realCatalog, '--json']);
    expect(first.code).toBe(0);
    const { created, failed } = JSON.parse(lastLine(first.stdout) ?? '');
    expect({ created, failed }).toEqual({ created: 29_652, failed: 0 });
    const second = await store.cli(['import', 'products', realCatalog]);
    expect(second).toMatchObject({ code: 0, stdout: 'created 0, updated 0, unchanged 29652, drafts 0, failed 0\n' });
  });
});
