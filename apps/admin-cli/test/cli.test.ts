import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCartwrightClient } from '@cartwright/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sessionFile } from '../src/session/file-token-store.ts';
import { ADMIN, buy, openStore, runCli, type TestStore } from './harness.ts';

// Each step is a process of its own, and others share the machine.
vi.setConfig({ testTimeout: 90_000 });

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const sessionFiles = () => readdir(join(store.configHome, 'cartwright', 'sessions')).catch(() => []);

describe('usage', () => {
  it('prints help for every command, with an example', async () => {
    const commands = [
      ['login'],
      ['products', 'list'],
      ['products', 'show'],
      ['products', 'create'],
      ['stock', 'set'],
      ['orders', 'list'],
      ['orders', 'show'],
      ['orders', 'fulfill'],
      ['orders', 'cancel'],
      ['import', 'products'],
      ['keys', 'list'],
      ['keys', 'rotate'],
      ['ops', 'create-admin'],
    ];
    const results = await Promise.all(commands.map((command) => runCli([...command, '--help'])));
    for (const [i, { code, stdout }] of results.entries()) {
      expect([code, stdout]).toEqual([0, expect.stringContaining(`$ `)]);
      expect(stdout).toContain(`cartwright ${commands[i]?.join(' ')}`);
      expect(stdout).toContain('--json');
    }
  });

  it('suggests what was meant and exits 64', async () => {
    const { code, stdout, stderr } = await runCli(['prodcts', 'list']);
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toContain("cartwright: unknown command 'prodcts' (Did you mean products?)");
  });

  it('says usage errors as JSON to machines', async () => {
    const { code, stderr } = await runCli(['orders', 'list', '--limit', '0', '--json']);
    expect(code).toBe(64);
    expect(JSON.parse(stderr)).toEqual({
      code: 'usage',
      title: "option '--limit <count>' argument '0' is invalid. A whole number from 1 to 100.",
    });
  });

  it('refuses an address that is none, wherever it comes from', async () => {
    expect((await runCli(['whoami', '--url', 'ftp://x'])).code).toBe(64);
    const { code, stderr } = await runCli(['whoami'], { env: { CARTWRIGHT_URL: 'localhost' } });
    expect([code, stderr]).toEqual([64, 'cartwright: CARTWRIGHT_URL is "localhost", not an http address.\n']);
  });

  it('exits 75 with a hint when there is no store', async () => {
    const { code, stderr, stdout } = await runCli(['whoami', '--url', 'http://127.0.0.1:59999']);
    expect([code, stdout]).toEqual([75, '']);
    expect(stderr).toMatch(
      /^cartwright: Cannot reach the store at http:\/\/127\.0\.0\.1:59999 \(.+\)\. Is it running\?/,
    );
  });

  it('does not ask where nobody can answer', async () => {
    const { code, stderr } = await store.guest(['login']);
    expect(code).toBe(64);
    expect(stderr).toContain('CARTWRIGHT_EMAIL');
  });
});

describe('session', () => {
  it('logs in, knows who it is, and logs out', async () => {
    const nobody = await store.guest(['whoami']);
    expect(nobody.code).toBe(77);
    expect(nobody.stderr).toMatch(/Run `cartwright login`\. \(unauthenticated\)\n$/);

    const login = ['login', '--email', ADMIN.email, '--password-stdin'];
    const loggedIn = await store.guest(login, { input: `${ADMIN.password}\n` });
    expect(loggedIn).toEqual({ code: 0, stdout: `Logged in to ${store.url} as ${ADMIN.email}.\n`, stderr: '' });
    const who = await store.guest(['whoami']);
    expect(who.stdout).toContain(`Email  ${ADMIN.email}\n`);
    expect(JSON.parse((await store.guest(['whoami', '--json'])).stdout)).toMatchObject({ email: ADMIN.email });
    expect(await sessionFiles()).toHaveLength(1);

    expect((await store.guest(['logout'])).stdout).toBe(`Logged out of ${store.url}.\n`);
    expect(await sessionFiles()).toEqual([]);
    expect((await store.guest(['whoami'])).code).toBe(77);
    expect((await store.guest(['logout', '--json'])).stdout).toBe('{}\n');
  });

  it('refuses a wrong password with 77 and keeps no session', async () => {
    const { code, stderr } = await store.guest(['login', '--email', ADMIN.email, '--password-stdin', '--json'], {
      input: 'not the password',
    });
    expect(code).toBe(77);
    expect(JSON.parse(stderr)).toMatchObject({ status: 401 });
    expect(await sessionFiles()).toEqual([]);
  });

  it('logs in with the environment, once for many commands', async () => {
    expect(await store.cli(['login', '--json'])).toMatchObject({ code: 0, stderr: '' });
    const [file = ''] = await sessionFiles();
    const path = join(store.configHome, 'cartwright', 'sessions', file);
    const before = await readFile(path, 'utf8');
    expect((await store.cli(['whoami'])).code).toBe(0);
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('commands at the same time do not spoil each other’s session when it must be renewed', async () => {
    await store.guest(['login', '--email', ADMIN.email, '--password-stdin'], { input: ADMIN.password });
    const file = sessionFile(join(store.configHome, 'cartwright'), store.url);
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), expiresAt: 0 }));
    const results = await Promise.all([1, 2, 3].map(() => store.guest(['whoami', '--json'])));
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect((await store.guest(['whoami'])).code).toBe(0);
  });

  it('a customer may not do what staff may', async () => {
    const customer = { email: 'ann@example.com', password: 'correct horse battery' };
    await createCartwrightClient({ url: store.url }).auth.register.mutate(customer);
    const env = { CARTWRIGHT_EMAIL: customer.email, CARTWRIGHT_PASSWORD: customer.password };
    const { code, stderr } = await store.guest(['orders', 'list'], { env });
    expect(code).toBe(77);
    expect(stderr).toMatch(/\(forbidden\)\n$/);
  });
});

describe('products and stock', () => {
  it('creates a product from options and shows it', async () => {
    const price = ['--price', '49.00 EUR', '--price', '55 USD'];
    const args = ['products', 'create', '--title', 'Desk lamp', '--sku', 'LAMP-1', ...price, '--stock', '10'];
    const created = await store.cli([...args, '--status', 'active', '--brand', 'Lux', '--description', 'Bright.']);
    expect([created.code, created.stderr]).toEqual([0, '']);
    expect(created.stdout).toMatch(/^Title +Desk lamp$/m);
    expect(created.stdout).toMatch(/^LAMP-1 +49\.00 EUR, 55\.00 USD +10 +0 +10 +[0-9a-f-]{36}$/m);

    const bySlug = await store.cli(['products', 'show', 'desk-lamp', '--json']);
    const product = JSON.parse(bySlug.stdout);
    expect(product).toMatchObject({ slug: 'desk-lamp', brand: 'Lux', status: 'active', variants: [{ sku: 'LAMP-1' }] });
    expect(JSON.parse((await store.cli(['products', 'show', 'LAMP-1', '--json'])).stdout)).toEqual(product);
    expect(JSON.parse((await store.cli(['products', 'show', product.id, '--json'])).stdout)).toEqual(product);
  });

  it('creates a product from JSON, a file or standard input', async () => {
    const input = { title: 'Shirt', variants: [{ sku: 'SHIRT-S', options: { Size: 'S' } }] };
    const fromInput = await store.cli(['products', 'create', '--file', '-', '--json'], {
      input: JSON.stringify(input),
    });
    expect(JSON.parse(fromInput.stdout)).toMatchObject({
      title: 'Shirt',
      status: 'draft',
      variants: [{ sku: 'SHIRT-S' }],
    });
    const file = join(store.configHome, 'shirt.json');
    await writeFile(file, JSON.stringify({ ...input, variants: [{ sku: 'SHIRT-M', options: { Size: 'M' } }] }));
    expect((await store.cli(['products', 'create', '--file', file])).code).toBe(0);
    expect((await store.cli(['products', 'create', '--file', `${file}.gone`])).code).toBe(66);
    expect((await store.cli(['products', 'create', '--file', '-'], { input: '{' })).code).toBe(64);
  });

  it('refuses what is incomplete, not a price, or refused by the store', async () => {
    expect((await store.cli(['products', 'create', '--title', 'x'])).code).toBe(64);
    const wrongPrice = await store.cli(['products', 'create', '--title', 'x', '--sku', 'y', '--price', '1,50 EUR']);
    expect(wrongPrice).toMatchObject({ code: 64, stderr: expect.stringContaining('"1,50 EUR" is not a price') });
    const taken = await store.cli(['products', 'create', '--title', 'Other lamp', '--sku', 'LAMP-1', '--json']);
    expect(taken.code).toBe(65);
    expect(JSON.parse(taken.stderr)).toMatchObject({ code: 'sku_taken' });
    const unknownField = { title: 'x', color: 'red', variants: [{ sku: 'z' }] };
    const refused = await store.cli(['products', 'create', '--file', '-'], { input: JSON.stringify(unknownField) });
    expect(refused).toMatchObject({ code: 64, stderr: expect.stringContaining('/color: Unknown field') });
  });

  it('lists products in a table without colours, and as JSON', async () => {
    const { stdout } = await store.cli(['products', 'list', '--query', 'lamp']);
    expect(stdout).toMatch(/^SKU +Title +Status +Available +Slug\nLAMP-1 +Desk lamp +active +10 +desk-lamp\n$/);
    const page = await store.cli(['products', 'list', '--status', 'draft', '--limit', '1', '--json']);
    const { items, nextCursor } = JSON.parse(page.stdout);
    expect(items).toMatchObject([{ title: 'Shirt' }]);
    const next = await store.cli(['products', 'list', '--status', 'draft', '--cursor', nextCursor]);
    expect(next.stdout).toContain('SHIRT-S');
    expect((await store.cli(['products', 'list', '--limit', '1'])).stderr).toMatch(/^More: --cursor \S+\n$/);
    expect((await store.cli(['products', 'list', '--query', 'nothing of the kind'])).stdout).toBe('No products.\n');
  });

  it('sets stock by SKU and by variant id', async () => {
    const bySku = await store.cli(['stock', 'set', 'LAMP-1', '25']);
    expect(bySku).toEqual({ code: 0, stdout: 'LAMP-1: 25 on hand, 0 reserved, 25 available.\n', stderr: '' });
    const product = JSON.parse((await store.cli(['products', 'show', 'LAMP-1', '--json'])).stdout);
    const [{ id, stock }] = product.variants;
    const location = ['--location', stock[0].locationId];
    const byId = await store.cli(['stock', 'set', id, '20', ...location, '--json']);
    expect(JSON.parse(byId.stdout)).toEqual({ onHand: 20, reserved: 0, available: 20 });
  });

  it('exits 66 for what does not exist', async () => {
    for (const args of [
      ['products', 'show', 'no-such-thing'],
      ['products', 'show', '01900000-0000-7000-8000-00000000ffff'],
      ['stock', 'set', 'NO-SUCH-SKU', '1'],
      ['orders', 'show', '999999'],
    ]) {
      expect((await store.cli(args)).code, args.join(' ')).toBe(66);
    }
  });
});

describe('orders', () => {
  it('lists, shows and fulfills an order by its number', async () => {
    expect((await store.cli(['orders', 'list'])).stdout).toBe('No orders.\n');
    const order = await buy(store, 'LAMP-1', 2);
    const list = await store.cli(['orders', 'list', '--status', 'confirmed']);
    expect(list.stdout).toMatch(new RegExp(`^${order.number} .+ ada@example\\.com +102\\.90 EUR$`, 'm'));
    const listed = JSON.parse((await store.cli(['orders', 'list', '--json'])).stdout);
    expect(listed).toMatchObject({ items: [{ id: order.id, number: order.number }], nextCursor: null });

    const shown = await store.cli(['orders', 'show', order.number]);
    expect(shown.stdout).toMatch(/^LAMP-1 +Desk lamp +2 +49\.00 EUR +98\.00 EUR$/m);
    expect(shown.stdout).toMatch(/^Total +102\.90 EUR$/m);
    expect(JSON.parse((await store.cli(['orders', 'show', order.id, '--json'])).stdout).id).toBe(order.id);

    const tracking = ['--carrier', 'DHL', '--tracking-number', '0034'];
    const fulfilled = await store.cli(['orders', 'fulfill', order.number, ...tracking]);
    expect(fulfilled.code).toBe(0);
    expect(fulfilled.stdout).toContain('is fulfilled');
    expect((await store.cli(['orders', 'show', order.number])).stdout).toMatch(/^Sent .+ DHL 0034$/m);
    const again = await store.cli(['orders', 'cancel', order.number, '--json']);
    expect(again.code).toBe(65);
    expect(JSON.parse(again.stderr)).toMatchObject({ status: 409 });
  });

  it('cancels an order and gives its units back', async () => {
    const order = await buy(store, 'LAMP-1');
    const cancelled = await store.cli(['orders', 'cancel', order.number, '--reason', 'changed their mind', '--json']);
    expect(JSON.parse(cancelled.stdout)).toMatchObject({ id: order.id, status: 'cancelled' });
    const { stdout } = await store.cli(['products', 'list', '--query', 'LAMP-1', '--json']);
    expect(JSON.parse(stdout).items[0].available).toBe(18);
    expect((await store.cli(['orders', 'list', '--limit', '1'])).stderr).toMatch(/^More: --cursor /);
  });
});
