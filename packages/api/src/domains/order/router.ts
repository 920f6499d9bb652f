import { NoInput } from '../../kit/nothing.ts';
import { customerProcedure, permittedProcedure, publicProcedure, router } from '../../trpc/procedures.ts';
import { cancelOrder } from './cancel-order.ts';
import { claimOrders, listClaimableOrders } from './claim-orders.ts';
import { fulfillOrder } from './fulfill-order.ts';
import { getAnyOrder, getOrder } from './get-order.ts';
import { listAllOrders, listOrders } from './list-orders.ts';
import {
  AdminListOrdersInput,
  CancelOrderInput,
  ClaimableOrders,
  ClaimedOrders,
  ClaimOrdersInput,
  FulfillOrderInput,
  ListOrdersInput,
  Order,
  OrderIdInput,
  OrderList,
} from './schema.ts';

const tags: [string] = ['Orders'];
const adminTags: [string] = ['Admin: orders'];

export const orderRouter = router({
  list: customerProcedure
    .meta({ rest: { method: 'GET', path: '/v1/orders', summary: 'My orders, newest first', tags } })
    .input(ListOrdersInput)
    .output(OrderList)
    .query(({ ctx, input }) => listOrders(ctx, input)),
  claimable: customerProcedure
    .meta({
      rest: {
        method: 'GET',
        path: '/v1/me/claimable-orders',
        summary: 'Orders that were placed with my address without an account',
        tags,
      },
    })
    .input(NoInput)
    .output(ClaimableOrders)
    .query(({ ctx }) => listClaimableOrders(ctx)),
  claim: customerProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/me/claimed-orders',
        summary: 'Take such orders into my account',
        tags,
      },
      leavesCatalog: true,
    })
    .input(ClaimOrdersInput)
    .output(ClaimedOrders)
    .mutation(({ ctx, input }) => claimOrders(ctx, input)),
  get: publicProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/orders/{orderId}', summary: 'An order of mine, or with its Order-Token', tags },
      limit: 'cart',
    })
    .input(OrderIdInput)
    .output(Order)
    .query(({ ctx, input }) => getOrder(ctx, input)),
  adminList: permittedProcedure('orders:read')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/orders', summary: 'All orders, newest first', tags: adminTags },
      limit: 'admin',
    })
    .input(AdminListOrdersInput)
    .output(OrderList)
    .query(({ ctx, input }) => listAllOrders(ctx, input)),
  adminGet: permittedProcedure('orders:read')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/orders/{orderId}', summary: 'Any order', tags: adminTags },
      limit: 'admin',
    })
    .input(OrderIdInput)
    .output(Order)
    .query(({ ctx, input }) => getAnyOrder(ctx, input)),
  fulfill: permittedProcedure('orders:fulfill')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/orders/{orderId}/fulfill',
        summary: 'Ship everything of an order',
        tags: adminTags,
      },
      idempotent: true,
      limit: 'admin',
    })
    .input(FulfillOrderInput)
    .output(Order)
    .mutation(({ ctx, input }) => fulfillOrder(ctx, input)),
  cancel: permittedProcedure('orders:cancel')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/orders/{orderId}/cancel',
        summary: 'Cancel an order, give back its units and its money',
        tags: adminTags,
      },
      idempotent: true,
      limit: 'admin',
    })
    .input(CancelOrderInput)
    .output(Order)
    .mutation(({ ctx, input }) => cancelOrder(ctx, input)),
});
