import { z } from 'zod';
import { Money } from '../../kit/money.ts';
import { currencyCode, uuid } from '../../kit/text.ts';
import { BundleComponent } from '../catalog/index.ts';
import { MAX_LINES, MAX_QUANTITY } from './limits.ts';

const quantity = z.int().min(1).max(MAX_QUANTITY);

const NewItem = z.strictObject({ variantId: uuid, quantity });

export const CreateCartInput = z.strictObject({
  currency: currencyCode,
  items: z.array(NewItem).max(MAX_LINES).optional(),
});
export type CreateCartInput = z.infer<typeof CreateCartInput>;

export const GetCartInput = z.strictObject({ cartId: uuid });
export type GetCartInput = z.infer<typeof GetCartInput>;

export const AddItemInput = z.strictObject({ cartId: uuid, variantId: uuid, quantity });
export type AddItemInput = z.infer<typeof AddItemInput>;

export const UpdateItemInput = z.strictObject({
  cartId: uuid,
  itemId: uuid,
  quantity: z.int().min(0).max(MAX_QUANTITY).describe('0 removes the line'),
});
export type UpdateItemInput = z.infer<typeof UpdateItemInput>;

export const RemoveItemInput = z.strictObject({ cartId: uuid, itemId: uuid });
export type RemoveItemInput = z.infer<typeof RemoveItemInput>;

export const Totals = z
  .object({
    subtotal: Money,
    discount: Money,
    shipping: Money,
    tax: Money.describe('Part of the total already where prices include tax'),
    total: Money,
    pricesIncludeTax: z.boolean(),
  })
  .meta({ id: 'Totals' });
export type Totals = z.infer<typeof Totals>;

/** Something a shopper should know before paying; checkout refuses what is not `price_changed` downwards. */
export const CartProblem = z
  .object({
    code: z.enum(['not_for_sale', 'price_unavailable', 'price_changed', 'insufficient_stock']),
    available: z.int().optional(),
    was: Money.optional(),
    now: Money.optional(),
  })
  .meta({ id: 'CartProblem' });
export type CartProblem = z.infer<typeof CartProblem>;

const CartItem = z
  .object({
    id: z.uuid(),
    variantId: z.uuid(),
    productId: z.uuid(),
    slug: z.string(),
    sku: z.string(),
    title: z.string(),
    options: z.record(z.string(), z.string()),
    image: z.string().nullable(),
    quantity: z.int(),
    unitPrice: Money.nullable(),
    subtotal: Money.nullable(),
    available: z.int().describe('Whatever else is in the cart; 1000000 when its stock is not tracked'),
    components: z.array(BundleComponent).describe('Empty unless it is a bundle'),
    problems: z.array(CartProblem),
  })
  .meta({ id: 'CartItem' });

export const Cart = z
  .object({
    id: z.uuid(),
    token: z.string().nullable().describe('A guest’s capability, shown once: send it as Cart-Token'),
    currency: z.string(),
    status: z.enum(['open', 'completed']),
    items: z.array(CartItem),
    requiresShipping: z.boolean().describe('False when all of it is digital'),
    totals: Totals,
    version: z.int(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'Cart' });
export type Cart = z.infer<typeof Cart>;
