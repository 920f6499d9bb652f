import type { CartwrightClient, RouterOutputs } from '@cartwright/client';
import { CliError } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { isUuid } from './values.ts';

type Order = RouterOutputs['order']['adminGet'];

const PAGES = 20;

/** An order by its id or, among the newest 2,000, by its number. Throws not found. */
export async function findOrder(client: CartwrightClient, numberOrId: string): Promise<Order> {
  if (isUuid(numberOrId)) return client.order.adminGet.query({ orderId: numberOrId });
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const { items, nextCursor } = await client.order.adminList.query({ limit: 100, ...(cursor && { cursor }) });
    const found = items.find((order) => order.number === numberOrId);
    if (found !== undefined) return found;
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  throw new CliError(`There is no order ${numberOrId} among the newest. Older ones are found by their id.`, {
    code: 'not_found',
    exitCode: exitCodes.noInput,
  });
}
