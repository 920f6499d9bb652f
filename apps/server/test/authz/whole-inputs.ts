import { ADDRESS } from '@cartwright/api/testing/shop';
import type { Holder, ProcedurePath, Row } from './rules.ts';
import { procedureAt } from './send.ts';
import type { World } from './world.ts';

export type Input = Record<string, unknown>;

const CREDENTIAL = { id: 'AA', rawId: 'AA', type: 'public-key' };
const ASSERTION = {
  ...CREDENTIAL,
  response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA', userHandle: 'AA' },
};
const PRICES = [{ amount: 1900, currency: 'EUR' }];
const IMAGES = [{ url: 'https://example.com/kettle.png', alt: 'A kettle' }];
const RULES = { match: 'any', conditions: [{ field: 'title', contains: 'kettle' }] };
const OPTIONS = [{ name: 'Colour', values: ['red'] }];

/** What the authorization table leaves out of its inputs: nested objects and lists. */
const parts: Partial<Record<ProcedurePath, (world: World) => Input | Promise<Input>>> = {
  'secondFactor.complete': () => ({ code: undefined, passkey: ASSERTION }),
  'secondFactor.stepUp': () => ({ code: undefined, passkey: ASSERTION }),
  'catalog.createProduct': (world) => ({
    kind: 'bundle',
    translations: {},
    taxClass: 'standard',
    categories: [],
    options: OPTIONS,
    images: IMAGES,
    variants: [
      {
        sku: world.unique('kettle'),
        prices: PRICES,
        images: IMAGES,
        options: { Colour: 'red' },
        components: [{ variantId: world.product.variantId, quantity: 2 }],
      },
    ],
  }),
  'catalog.updateProduct': (world) => ({
    translations: {},
    categories: [],
    options: OPTIONS,
    images: IMAGES,
    variants: [
      {
        id: world.product.variantId,
        sku: world.unique('kettle'),
        prices: PRICES,
        images: IMAGES,
        options: { Colour: 'red' },
        components: [{ variantId: world.product.variantId, quantity: 2 }],
      },
    ],
  }),
  'catalog.generateVariants': () => ({ options: OPTIONS, prices: PRICES }),
  'media.update': () => ({ translations: { de: { alt: 'Ein Kessel' } }, focalPoint: { x: 30, y: 70 } }),
  'catalog.createBrand': () => ({ translations: {}, image: { url: 'https://example.com/logo.png' } }),
  'catalog.updateBrand': () => ({ translations: {}, image: { url: 'https://example.com/logo.png' } }),
  'catalog.createCollection': () => ({ translations: {}, rules: RULES }),
  'catalog.updateCollection': () => ({ translations: {}, rules: RULES }),
  'catalog.createAttribute': () => ({ type: 'enum', options: [{ label: 'Red' }] }),
  'catalog.updateAttribute': () => ({ type: 'enum', options: [{ label: 'Red' }] }),
  'catalog.startImport': () => ({ options: { defaultStock: 1 } }),
  'catalog.importBatch': () => ({
    failures: [{ row: 2, column: 'title', code: 'row_invalid', message: 'No title' }],
    warnings: [{ row: 1, column: null, message: 'No price' }],
  }),
  'search.createRule': (world) => ({
    pinned: [world.product.id],
    hidden: [world.product.id],
    boosts: [{ code: 'brand', value: 'Acme', factor: 2 }],
  }),
  'search.updateRule': (world) => ({
    pinned: [world.product.id],
    hidden: [world.product.id],
    boosts: [{ code: 'brand', value: 'Acme', factor: 2 }],
  }),
  'cart.create': (world) => ({ items: [{ variantId: world.product.variantId, quantity: 1 }] }),
  'customer.adminCreate': () => ({ groups: [] }),
  'checkout.place': () => ({ billingAddress: ADDRESS }),
};

/** An input of the table with every object in it that its schema has. */
export async function wholeInput(world: World, path: string, call: { row: Row<unknown>; of: Holder }): Promise<Input> {
  const input = (await call.row.input(world, call.of)) as Input;
  const more = await parts[path as ProcedurePath]?.(world);
  // Through JSON, so that no two parts are the same object, and what is undefined is not there.
  return JSON.parse(JSON.stringify({ ...input, ...more })) as Input;
}

/** The value at a path of names; undefined where it leads nowhere. */
export function valueAt(input: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Input | undefined)?.[name], input);
}

/** A copy whose value at the path is another one; an own field, whatever its name. */
export function withValueAt(input: Input, path: readonly string[], value: unknown): Input {
  const copy = structuredClone(input);
  const parent = valueAt(copy, path.slice(0, -1)) as object;
  const descriptor = { value, enumerable: true, configurable: true, writable: true };
  Object.defineProperty(parent, path.at(-1) ?? '', descriptor);
  return copy;
}

/** Whether REST takes the part from the path or the query, where everything is text. */
export function isInAddress(procedurePath: string, at: readonly string[]): boolean {
  const { rest } = procedureAt(procedurePath).meta;
  return rest?.method === 'GET' || rest?.method === 'DELETE' || rest?.path.includes(`{${at[0]}}`) === true;
}
