import { publicProcedure, router } from '../../trpc/procedures.ts';
import { addItem } from './add-item.ts';
import { createCart } from './create-cart.ts';
import { getCart } from './get-cart.ts';
import { removeItem } from './remove-item.ts';
import { AddItemInput, Cart, CreateCartInput, GetCartInput, RemoveItemInput, UpdateItemInput } from './schema.ts';
import { updateItem } from './update-item.ts';

const tags: [string] = ['Cart'];

/** Ids alone open nothing: every procedure checks the Cart-Token or the account behind the cart. */
export const cartRouter = router({
  create: publicProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/carts', summary: 'Make a cart', tags, successStatus: 201 },
      limit: 'cart',
      leavesCatalog: true,
    })
    .input(CreateCartInput)
    .output(Cart)
    .mutation(({ ctx, input }) => createCart(ctx, input)),
  get: publicProcedure
    .meta({ rest: { method: 'GET', path: '/v1/carts/{cartId}', summary: 'Read a cart', tags }, limit: 'cart' })
    .input(GetCartInput)
    .output(Cart)
    .query(({ ctx, input }) => getCart(ctx, input)),
  addItem: publicProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/carts/{cartId}/items', summary: 'Add units of a variant', tags },
      idempotent: true,
      limit: 'cart',
      leavesCatalog: true,
    })
    .input(AddItemInput)
    .output(Cart)
    .mutation(({ ctx, input }) => addItem(ctx, input)),
  updateItem: publicProcedure
    .meta({
      rest: { method: 'PATCH', path: '/v1/carts/{cartId}/items/{itemId}', summary: 'Set the units of a line', tags },
      limit: 'cart',
      leavesCatalog: true,
    })
    .input(UpdateItemInput)
    .output(Cart)
    .mutation(({ ctx, input }) => updateItem(ctx, input)),
  removeItem: publicProcedure
    .meta({
      rest: { method: 'DELETE', path: '/v1/carts/{cartId}/items/{itemId}', summary: 'Remove a line', tags },
      limit: 'cart',
      leavesCatalog: true,
    })
    .input(RemoveItemInput)
    .output(Cart)
    .mutation(({ ctx, input }) => removeItem(ctx, input)),
});
