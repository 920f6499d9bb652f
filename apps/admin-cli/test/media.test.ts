import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newPicture } from '@cartwright/api/testing/pictures';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStore, type TestStore } from './harness.ts';

// Each step is a process of its own, and others share the machine.
vi.setConfig({ testTimeout: 180_000 });

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const codeOf = async (...args: string[]) => (await store.cli(args)).code;
const textOf = async (...args: string[]) => (await store.cli(args)).stdout;
const asJson = async (...args: string[]) => JSON.parse(await textOf(...args, '--json'));

async function fileOf(name: string, content?: Uint8Array): Promise<string> {
  const path = join(store.configHome, name);
  await writeFile(path, content ?? (await newPicture()));
  return path;
}

it('a picture is uploaded, shown with a product and a variant, described and deleted', async () => {
  await store.cli(['products', 'create', '--title', 'Desk lamp', '--sku', 'LAMP-1', '--price', '49.00 EUR']);
  const file = await fileOf('lamp.png');
  const uploaded = await asJson('media', 'upload', file, '--product', 'desk-lamp', '--alt', 'A lamp');
  expect(uploaded).toMatchObject({
    fileName: 'lamp.png',
    alt: 'A lamp',
    width: 24,
    uses: [{ slug: 'desk-lamp', sku: null }],
  });
  // Again it is the same picture, and the product shows it once.
  expect(await asJson('media', 'upload', file, '--product', 'LAMP-1')).toMatchObject({ id: uploaded.id, useCount: 1 });
  expect(await asJson('media', 'upload', file, '--product', 'desk-lamp', '--variant', 'LAMP-1')).toMatchObject({
    useCount: 2,
  });
  const product = await asJson('products', 'show', 'desk-lamp');
  const image = { mediaId: uploaded.id, alt: 'A lamp', width: 24, height: 16 };
  expect([product.images, product.variants[0].images]).toMatchObject([[image], [image]]);

  expect(await textOf('media', 'list', '--query', 'lamp', '--used')).toMatch(/ lamp\.png +24×16 +1 +2 +A lamp$/m);
  expect(await textOf('media', 'list', '--unused')).toBe('No pictures.\n');
  const edited = await textOf('media', 'edit', uploaded.id, '--alt', 'A brass lamp', '--focal-point', '30,70');
  expect(edited).toMatch(/^Description +A brass lamp$/m);
  expect(edited).toMatch(/^Focal point +30,70$/m);
  expect(await textOf('media', 'show', uploaded.id)).toMatch(/^desk-lamp +Desk lamp +LAMP-1$/m);

  expect(await codeOf('media', 'delete', uploaded.id, '--yes')).toBe(65);
  expect(await codeOf('media', 'delete', uploaded.id)).toBe(64);
  expect(await textOf('media', 'delete', uploaded.id, '--force', '--yes')).toContain('any more');
  expect((await asJson('products', 'show', 'desk-lamp')).images).toEqual([]);
  expect(await codeOf('media', 'show', uploaded.id)).toBe(66);
});

it('what cannot be a picture of a product is refused before anything is stored', async () => {
  const file = await fileOf('kettle.png');
  expect(await codeOf('media', 'upload', file, '--product', 'no-such-product')).toBe(66);
  expect(await codeOf('media', 'upload', file, '--variant', 'LAMP-1')).toBe(64);
  expect(await codeOf('media', 'upload', join(store.configHome, 'none.png'))).toBe(66);
  expect(await codeOf('media', 'upload', await fileOf('notes.txt'))).toBe(64);
  const fake = await store.cli(['media', 'upload', await fileOf('fake.png', Buffer.from('<svg/>')), '--json']);
  expect([fake.code, JSON.parse(fake.stderr).code]).toEqual([64, 'media_type_unsupported']);
  expect(await textOf('media', 'list')).toBe('No pictures.\n');
});
