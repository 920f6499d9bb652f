import type { Matrix } from './rules.ts';
import type { World } from './world.ts';

type AttributeProcedure =
  | `catalog.${'attributes' | 'attribute' | 'createAttribute' | 'updateAttribute' | 'deleteAttribute'}`
  | `catalog.${'assignAttribute' | 'unassignAttribute'}`;

const permitted = { rule: 'permission', permission: 'catalog:write' } as const;

/** The rows of the authorization table about attribute definitions. */
export const attributeRows: Pick<Matrix, AttributeProcedure> = {
  'catalog.attributes': { ...permitted, input: () => ({}) },
  'catalog.attribute': { ...permitted, input: async (world: World) => ({ attribute: await attribute(world) }) },
  'catalog.createAttribute': {
    ...permitted,
    input: (world: World) => ({ name: world.unique('attribute'), type: 'text' as const }),
  },
  'catalog.updateAttribute': {
    ...permitted,
    input: async (world: World) => ({ attribute: await attribute(world), filterable: true }),
  },
  'catalog.deleteAttribute': { ...permitted, input: async (world: World) => ({ attribute: await attribute(world) }) },
  'catalog.assignAttribute': {
    ...permitted,
    input: async (world: World) => ({ category: await category(world), attribute: await attribute(world) }),
  },
  'catalog.unassignAttribute': {
    ...permitted,
    input: async (world: World) => {
      const input = { category: await category(world), attribute: await attribute(world) };
      await (await world.as('administrator')).catalog.assignAttribute(input);
      return input;
    },
  },
};

function attribute(world: World): Promise<string> {
  return world.once('attribute', async () => {
    const caller = await world.as('administrator');
    return (await caller.catalog.createAttribute({ name: world.unique('attribute'), type: 'text' })).code;
  });
}

function category(world: World): Promise<string> {
  return world.once('category of attribute', async () => {
    const caller = await world.as('administrator');
    return (await caller.catalog.createCategory({ name: world.unique('category') })).id;
  });
}
