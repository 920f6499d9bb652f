import type { Matrix } from './rules.ts';
import type { World } from './world.ts';

type BrandProcedure =
  | `catalog.${'brands' | 'brand' | 'adminBrands' | 'adminBrand'}`
  | `catalog.${'createBrand' | 'updateBrand' | 'deleteBrand'}`;

const permitted = { rule: 'permission', permission: 'catalog:write' } as const;

/** The rows of the authorization table about brands. */
export const brandRows: Pick<Matrix, BrandProcedure> = {
  'catalog.brands': { rule: 'public', input: () => ({}) },
  'catalog.brand': { rule: 'public', input: async (world: World) => ({ slug: (await brand(world)).slug }) },
  'catalog.adminBrands': { ...permitted, input: () => ({}) },
  'catalog.adminBrand': { ...permitted, input: async (world: World) => ({ brand: (await brand(world)).id }) },
  'catalog.createBrand': { ...permitted, input: (world: World) => ({ name: world.unique('brand') }) },
  'catalog.updateBrand': {
    ...permitted,
    input: async (world: World) => ({ brand: (await brand(world)).id, description: 'Kettles' }),
  },
  'catalog.deleteBrand': { ...permitted, input: async (world: World) => ({ brand: (await brand(world)).id }) },
};

function brand(world: World): Promise<{ id: string; slug: string }> {
  return world.once('brand', async () => {
    const caller = await world.as('administrator');
    return caller.catalog.createBrand({ name: world.unique('brand') });
  });
}
