import type { CartwrightClient, RouterOutputs } from '@cartwright/client';
import { CliError } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { isUuid } from './values.ts';

type Order = RouterOutputs['order']['adminGet'];

/** An order by its id or its number. Throws not found. */
export async function findOrder(client: CartwrightClient, numberOrId: string): Promise<Order> {
  if (isUuid(numberOrId)) return client.order.adminGet.query({ orderId: numberOrId });
  const isNumber = /^[1-9]\d{0,14}$/.test(numberOrId);
  const [order] = isNumber ? (await client.order.adminList.query({ number: numberOrId, limit: 1 })).items : [];
  if (order !== undefined) return order;
  throw new CliError(`There is no order ${numberOrId}.`, { code: 'not_found', exitCode: exitCodes.noInput });
}
