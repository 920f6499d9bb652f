import { orders, reservations } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { actorRecord } from '../../kit/actor.ts';

/** Turns the held units of an order into allocated ones. False when none are held of an order that takes some. */
export async function allocateUnits(ctx: TxCtx, orderId: string): Promise<boolean> {
  if ((await reservations.saveReservationsAllocated(ctx.tx, { orderId, at: ctx.now })) > 0) return true;
  return (await orders.listOrderUnits(ctx.tx, { orderId })).length === 0;
}

/** Gives the units of an order back, held or allocated. Doing it again changes nothing. */
export async function releaseUnits(ctx: TxCtx, orderId: string): Promise<void> {
  await reservations.saveReservationsReleased(ctx.tx, { orderId, at: ctx.now });
}

/** Takes the allocated units of an order out of stock; each movement says for which order. */
export async function shipUnits(ctx: TxCtx, orderId: string): Promise<void> {
  await reservations.saveReservationsShipped(ctx.tx, { orderId, actor: actorRecord(ctx.actor), at: ctx.now });
}
