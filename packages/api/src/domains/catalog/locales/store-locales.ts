import { locales } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { localeChain } from '../../../kit/locale.ts';

const CACHE_KEY = 'catalog:locales';
const TTL_SECONDS = 5;

/** The codes of the store's locales, the default first; at most five seconds old. */
export async function storeLocales(ctx: Pick<Ctx, 'cache' | 'db'>): Promise<string[]> {
  const cached = await ctx.cache.get(CACHE_KEY);
  if (cached !== undefined) return JSON.parse(cached) as string[];
  const codes = (await locales.listLocales(ctx.db)).map(({ code }) => code);
  await ctx.cache.set(CACHE_KEY, JSON.stringify(codes), TTL_SECONDS);
  return codes;
}

/**
 * Where the texts of an answer are looked for, best first; see {@link localeChain}. A statement that reads rows of one
 * kind can ask the database instead (`locales.localeChain` and `locales.translated` of the data package), which needs
 * no second one.
 */
export async function storeLocaleChain(
  ctx: Pick<Ctx, 'cache' | 'db'>,
  requested: string | undefined,
): Promise<string[]> {
  return localeChain(requested, await storeLocales(ctx));
}

/** To be called when a change of the locales has committed. */
export async function forgetLocales(ctx: Pick<Ctx, 'cache'>): Promise<void> {
  await ctx.cache.delete(CACHE_KEY);
}
