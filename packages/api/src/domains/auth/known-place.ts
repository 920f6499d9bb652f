import { sessions } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { addressBlock } from '../../kit/address-block.ts';
import { sha256Hex } from '../../kit/ids.ts';

/** As long as a session can last. */
const REMEMBERED_SECONDS = 30 * 86_400;
const MAX_PLACES = 20;

const keyOf = (email: string): string => `places:${sha256Hex(email)}`;

/** Whether the account is logged in from the caller's address block, or was within 30 days. */
export async function isKnownPlace(ctx: Ctx, email: string): Promise<boolean> {
  const here = addressBlock(ctx.clientAddress);
  const [places, addresses] = await Promise.all([
    readPlaces(ctx, email),
    sessions.listSessionAddresses(ctx.db, { email }),
  ]);
  return places.includes(sha256Hex(here)) || addresses.some((address) => addressBlock(address) === here);
}

/** Remembers that the owner of the account was here. The cache may lose it: sessions that live say it too. */
export async function rememberPlace(ctx: Ctx, email: string): Promise<void> {
  const here = sha256Hex(addressBlock(ctx.clientAddress));
  const others = (await readPlaces(ctx, email)).filter((place) => place !== here);
  await ctx.cache.set(keyOf(email), JSON.stringify([here, ...others].slice(0, MAX_PLACES)), REMEMBERED_SECONDS);
}

/** Only here is still a place of the owner. */
export async function forgetOtherPlaces(ctx: Ctx, email: string): Promise<void> {
  await ctx.cache.delete(keyOf(email));
  await rememberPlace(ctx, email);
}

async function readPlaces(ctx: Ctx, email: string): Promise<string[]> {
  const text = await ctx.cache.get(keyOf(email));
  return text === undefined ? [] : (JSON.parse(text) as string[]);
}
