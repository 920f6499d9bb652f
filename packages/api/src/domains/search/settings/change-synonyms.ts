import { searchSettings } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { assertLocale } from './assert-locale.ts';
import type { CreateSynonymInput, Synonym, SynonymInput } from './schema.ts';

/** Adds words that find one another. Refuses with `search_locale_unknown`. */
export async function createSynonym(ctx: Ctx, input: CreateSynonymInput): Promise<Synonym> {
  return inTransaction(ctx, async (txCtx) => {
    const { tx, ids, now } = txCtx;
    const { locale = null, terms, oneWay } = input;
    if (locale !== null) await assertLocale(tx, locale);
    const synonym = { id: ids.uuid(now), locale, terms: terms.map((term) => term.toLowerCase()), oneWay };
    await searchSettings.saveSynonym(tx, { ...synonym, at: now });
    await audit(txCtx, { action: 'synonym.created', target: `synonym:${synonym.id}`, detail: synonym });
    return synonym;
  });
}

/** Refuses with `search_setting_not_found`. */
export async function deleteSynonym(ctx: Ctx, { synonymId: id }: SynonymInput): Promise<void> {
  await inTransaction(ctx, async (txCtx) => {
    if (!(await searchSettings.deleteSynonym(txCtx.tx, { id }))) throw refuse('search_setting_not_found');
    await audit(txCtx, { action: 'synonym.deleted', target: `synonym:${id}` });
  });
}
