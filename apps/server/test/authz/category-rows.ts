import type { Matrix } from './rules.ts';
import type { World } from './world.ts';

type CategoryProcedure =
  | `catalog.${'categories' | 'category' | 'adminCategory' | 'createCategory' | 'updateCategory' | 'moveCategory'}`
  | `catalog.${'reorderCategories' | 'deleteCategory' | 'locales' | 'addLocale' | 'removeLocale'}`
  | `catalog.${'shippingProfiles' | 'saveShippingProfile' | 'importTaxonomy'}`;

const permitted = { rule: 'permission', permission: 'catalog:write' } as const;

/** The rows of the authorization table about categories and languages. */
export const categoryRows: Pick<Matrix, CategoryProcedure> = {
  'catalog.categories': { rule: 'public', input: () => ({}) },
  'catalog.category': { rule: 'public', input: async (world: World) => ({ slug: (await category(world)).slug }) },
  'catalog.adminCategory': { ...permitted, input: async (world: World) => ({ category: (await category(world)).id }) },
  'catalog.createCategory': { ...permitted, input: (world: World) => ({ name: world.unique('category') }) },
  'catalog.updateCategory': {
    ...permitted,
    input: async (world: World) => ({ category: (await category(world)).id, description: 'Things.' }),
  },
  'catalog.moveCategory': {
    ...permitted,
    input: async (world: World) => ({ category: (await category(world)).id, parent: (await parent(world)).id }),
  },
  'catalog.reorderCategories': {
    ...permitted,
    input: async (world: World) => ({ parent: (await parent(world)).id, categories: [(await child(world)).id] }),
  },
  'catalog.deleteCategory': { ...permitted, input: async (world: World) => ({ category: (await category(world)).id }) },
  'catalog.locales': { rule: 'public', input: () => ({}) },
  'catalog.addLocale': { ...permitted, input: () => ({ locale: 'fr' }) },
  'catalog.removeLocale': {
    ...permitted,
    input: async (world: World) => {
      const locale = newLocale();
      await (await world.as('administrator')).catalog.addLocale({ locale });
      return { locale };
    },
  },
  'catalog.importTaxonomy': {
    rule: 'permission',
    permission: 'catalog:import',
    input: (world: World) => {
      const id = world.unique('taxonomy');
      return { locale: 'en', categories: [{ id, name: id }] };
    },
  },
  'catalog.shippingProfiles': { ...permitted, input: () => ({}) },
  'catalog.saveShippingProfile': { ...permitted, input: () => ({ code: 'parcel', name: 'Parcels' }) },
};

let locales = 0;

/** One that no other call of this process takes away. */
function newLocale(): string {
  locales += 1;
  const letter = (n: number) => String.fromCharCode(97 + (n % 26));
  return `q${letter(Math.floor(locales / 26))}${letter(locales)}`;
}

function made(world: World, key: string, below?: string): Promise<{ id: string; slug: string }> {
  return world.once(key, async () => {
    const caller = await world.as('administrator');
    return caller.catalog.createCategory({ name: world.unique('category'), ...(below && { parent: below }) });
  });
}

const category = (world: World) => made(world, 'category');
const parent = (world: World) => made(world, 'parent');
const child = (world: World) => world.once('child', async () => made(world, 'a child', (await parent(world)).id));
