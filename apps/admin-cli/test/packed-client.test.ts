import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type TestStore } from './harness.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..', '..');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

let store: TestStore;
/** A project of somebody else, outside of the repository. */
let project: string;
let installed: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'cartwright-consumer-'));
  [store] = await Promise.all([openStore(), installClient()]);
}, 120_000);

afterAll(async () => {
  await store?.close();
  await rm(project, { recursive: true });
});

async function installClient(): Promise<void> {
  const build = join(root, 'packages', 'client', 'scripts', 'build.ts');
  const { stdout } = await run(process.execPath, [build, '--pack', '--out', project]);
  const tarball = stdout.trim().split('\n').at(-1) ?? '';
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  // The compiler is the workspace's: TypeScript is a peer of tRPC, and large.
  const flags = ['--prefer-offline', '--legacy-peer-deps', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', ['install', ...flags, tarball], { cwd: project, shell: process.platform === 'win32' });
  installed = join(project, 'node_modules', '@cartwright', 'client');
}

async function compile(folder: string, moduleResolution: 'nodenext' | 'bundler'): Promise<string> {
  const compilerOptions = {
    module: moduleResolution === 'nodenext' ? 'nodenext' : 'esnext',
    moduleResolution,
    target: 'esnext',
    lib: ['esnext', 'dom'],
    types: [],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: [folder] }));
  return run(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], { cwd: project }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

async function allFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** A file without its comments, whose examples may name anything. */
async function codeOf(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).replace(/\/\*[\s\S]*?\*\//g, '');
}

it('brings no server package, and names none in its code or types', async () => {
  const packages = (await allFiles(join(project, 'node_modules')))
    .filter((file) => file.endsWith('package.json'))
    .map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(file.replaceAll('\\', '/'))?.[1])
    .filter((name) => name !== undefined);
  expect([...new Set(packages)].sort()).toEqual([
    '@cartwright/client',
    '@trpc/client',
    '@trpc/server',
    'copy-anything',
    'superjson',
  ]);
  for (const file of (await allFiles(join(installed, 'dist'))).concat(join(installed, 'README.md'))) {
    expect(await codeOf(file), file).not.toMatch(
      /@cartwright\/(api|db)|kysely|\bzod\b|workspace:|catalog:[*^\d]|context\.ts/,
    );
  }
  const code = await codeOf(join(installed, 'dist', 'index.js'));
  const imports = [...code.matchAll(/from ["']([^"']+)["']/g)].map(([, specifier]) => specifier);
  expect([...new Set(imports)].sort()).toEqual(['@trpc/client', '@trpc/server/observable', 'superjson']);
  expect(code).not.toMatch(/["']node:|\bprocess\.|\bBuffer\b/);
});

const program = `
import { createCartwrightClient, isCartwrightError, type RouterOutputs } from '@cartwright/client';

const [url = '', variantId = '', shippingMethodId = ''] = process.argv.slice(2);
const client = createCartwrightClient({ url });
const cart = await client.cart.create.mutate({ currency: 'EUR', items: [{ variantId, quantity: 2 }] });
client.setCartToken(cart.token);
const shippingAddress = {
  firstName: 'Ada', lastName: 'Lovelace', line1: 'Musterstraße 1', city: 'Berlin', postalCode: '10115', country: 'DE',
};
const { order, orderToken } = await client.checkout.place.mutate({
  cartId: cart.id, email: 'ada@example.com', shippingAddress, shippingMethodId, payment: { provider: 'manual' },
});
client.setOrderToken(orderToken);
const again: RouterOutputs['order']['get'] = await client.order.get.query({ orderId: order.id });
const total: { amount: number; currency: string } = again.totals.total;
const createdAt: Date = again.createdAt;

let code = '';
try {
  await client.auth.me.query();
} catch (error) {
  if (!isCartwrightError(error)) throw error;
  if (error.data.problem.code === 'unauthenticated') code = error.data.problem.code;
  // @ts-expect-error there is no such code
  if (error.data.problem.code === 'no_such_code') code = '';
}
console.log(JSON.stringify({ status: again.status, total, isDate: createdAt instanceof Date, code }));

export async function wrong(): Promise<void> {
  // @ts-expect-error a quantity is a number
  await client.cart.create.mutate({ currency: 'EUR', items: [{ variantId, quantity: '2' }] });
  // @ts-expect-error unknown fields are refused
  await client.catalog.products.query({ currency: 'EUR', colour: 'red' });
  // @ts-expect-error there is no such procedure
  await client.catalog.prodcts.query({});
  // @ts-expect-error it is a query
  await client.catalog.products.mutate({});
  // @ts-expect-error a missing field
  await client.login({ email: 'ann@example.com' });
  // @ts-expect-error there is no such field
  console.log(order.colour);
  // @ts-expect-error an amount is a number
  const text: string = order.totals.total.amount;
  console.log(text);
}

declare const process: { argv: string[] };
`;

it('compiles right calls and refuses wrong ones, under both module resolutions', async () => {
  await mkdir(join(project, 'program'), { recursive: true });
  await writeFile(join(project, 'program', 'main.ts'), program);
  expect(await compile('program', 'nodenext')).toBe('');
  expect(await compile('program', 'bundler')).toBe('');
  await writeFile(join(project, 'program', 'wrong.ts'), program.replaceAll('// @ts-expect-error', '//'));
  const errors = (await compile('program', 'nodenext')).match(/^program\/wrong\.ts\(\d+,\d+\): error TS\d+/gm);
  expect(errors).toHaveLength(8);
  await rm(join(project, 'program', 'wrong.ts'));
}, 60_000);

it('buys something in a running store', async () => {
  const product = await store.client.catalog.createProduct.mutate({
    title: 'Desk lamp',
    status: 'active',
    variants: [{ sku: 'LAMP-1', prices: [{ amount: 4900, currency: 'EUR' }], stock: 10 }],
  });
  const variantId = product.variants[0]?.id ?? '';
  await mkdir(join(project, 'program'), { recursive: true });
  const file = join(project, 'program', 'main.ts');
  await writeFile(file, program);
  const { stdout } = await run(process.execPath, [file, store.url, variantId, store.shippingMethodId], {
    cwd: project,
  });
  expect(JSON.parse(stdout)).toEqual({
    status: 'confirmed',
    total: { amount: 10_290, currency: 'EUR' },
    isDate: true,
    code: 'unauthenticated',
  });
});

it('every public export has an example in its TSDoc, and every example compiles', async () => {
  const types = join(installed, 'dist', 'types', 'client');
  const index = await readFile(join(types, 'index.d.ts'), 'utf8');
  const exported = [...index.matchAll(/\{([^}]+)\}/g)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.replace('type ', '').trim()),
  );
  const examples = new Map<string, string>();
  for (const file of await allFiles(types)) {
    const text = await readFile(file, 'utf8');
    const documented =
      /\/\*\*((?:(?!\*\/)[\s\S])*?@example(?:(?!\*\/)[\s\S])*?)\*\/\s*export (?:declare )?(?:interface|type|function|const) (?:\{ )?(\w+)/g;
    for (const [, comment = '', name = ''] of text.matchAll(documented)) {
      examples.set(name, /```ts\n([\s\S]*?)```/.exec(comment.replace(/^ *\* ?/gm, ''))?.[1] ?? '');
    }
  }
  const names = exported.filter((name) => name !== '').sort();
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !examples.get(name))).toEqual([]);
  await mkdir(join(project, 'examples'), { recursive: true });
  // Numbered, since some names differ in case only.
  for (const [i, [name, code]] of [...examples].entries()) {
    await writeFile(join(project, 'examples', `${i}-${name}.ts`), `${code}\nexport {};\n`);
  }
  expect(await compile('examples', 'nodenext')).toBe('');
}, 60_000);
