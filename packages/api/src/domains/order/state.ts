import type { orders } from '@cartwright/db';
import type { Machine } from '../../kit/state-machine.ts';

export type OrderEvent = 'place' | 'complete' | 'cancel';

/** An order. What is paid and what is shipped is derived from payments and fulfillments, not a state of its own. */
export const orderMachine: Machine<orders.OrderStatus, OrderEvent> = {
  pending: { place: 'confirmed', cancel: 'cancelled' },
  confirmed: { complete: 'completed', cancel: 'cancelled' },
  completed: {},
  cancelled: {},
};
