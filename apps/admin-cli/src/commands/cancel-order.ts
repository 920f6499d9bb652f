import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { connect } from '../session/connect.ts';
import { findOrder } from './find-order.ts';

/** `orders cancel`. */
export async function cancelOrder(cli: Cli, numberOrId: string, options: { reason?: string }): Promise<undefined> {
  const client = connect(cli);
  const { id } = await findOrder(client, numberOrId);
  const order = await client.order.cancel.mutate({ orderId: id, ...options });
  cli.out(cli.json ? json(order) : `Order ${order.number} is ${order.status}; its payment is ${order.paymentStatus}.`);
}
