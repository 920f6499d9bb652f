import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { connect } from '../session/connect.ts';
import { findOrder } from './find-order.ts';

/** `orders fulfill`. */
export async function fulfillOrder(
  cli: Cli,
  numberOrId: string,
  options: { trackingNumber?: string; carrier?: string },
): Promise<undefined> {
  const client = connect(cli);
  const { id } = await findOrder(client, numberOrId);
  const order = await client.order.fulfill.mutate({ orderId: id, ...options });
  cli.out(cli.json ? json(order) : `Order ${order.number} is ${order.fulfillmentStatus} and ${order.status}.`);
}
