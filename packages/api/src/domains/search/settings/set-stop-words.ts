import { searchSettings } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { assertLocale } from './assert-locale.ts';
import type { SetStopWordsInput, StopWords } from './schema.ts';

/** Words that are left out of queries besides those of the language, by locale. */
export async function listStopWords(ctx: Ctx): Promise<StopWords> {
  const rows = await searchSettings.listStopWords(ctx.db);
  const byLocale = Map.groupBy(rows, ({ locale }) => locale);
  return { items: [...byLocale].map(([locale, words]) => ({ locale, words: words.map(({ word }) => word) })) };
}

/** Replaces the stop words of a locale. Refuses with `search_locale_unknown`. */
export async function setStopWords(ctx: Ctx, input: SetStopWordsInput): Promise<StopWords> {
  await inTransaction(ctx, async (txCtx) => {
    await assertLocale(txCtx.tx, input.locale);
    await searchSettings.saveStopWords(txCtx.tx, input);
    await audit(txCtx, { action: 'stop_words.set', target: `locale:${input.locale}`, detail: { words: input.words } });
  });
  return listStopWords(ctx);
}
