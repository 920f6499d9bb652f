export { announcePlaced, confirmOrder } from './confirm-order.ts';
export { endOrder } from './end-order.ts';
export { adoptGuestOrders, forgetCustomer } from './forget-customer.ts';
export { assertOwnOrder, orderToken } from './own-order.ts';
export { Order } from './schema.ts';
export { orderView } from './view.ts';
export { writePendingOrder } from './write-pending-order.ts';
