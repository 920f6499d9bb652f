import { categories, locales } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import type { AddLocaleInput, LocaleList, RemoveLocaleInput } from './schema.ts';

const MAX_LOCALES = 100;

/** The store's locales, the default first. One statement. */
export async function listLocales(ctx: Ctx): Promise<LocaleList> {
  ctx.readsFrom?.([]);
  return listOf((await locales.listLocales(ctx.db)).map(({ code }) => code));
}

/**
 * Adds a locale, or makes one the default. Texts as they were entered are read where the default has no translation.
 * Refuses with `locales_full`.
 */
export function addLocale(ctx: Ctx, { locale, isDefault }: AddLocaleInput): Promise<LocaleList> {
  return changeLocales(ctx, async (txCtx, codes) => {
    if (codes.includes(locale) && !isDefault) return codes;
    if (!codes.includes(locale) && codes.length >= MAX_LOCALES) throw refuse('locales_full');
    const others = codes.filter((code) => code !== locale);
    await audit(txCtx, { action: 'locale.added', target: `locale:${locale}`, detail: { isDefault } });
    return isDefault ? [locale, ...others] : [...others, locale];
  });
}

/**
 * Takes a locale away. Texts in it are kept, and read again when it is added again.
 * Refuses with `locale_unknown`, and with `locale_required` for the default.
 */
export function removeLocale(ctx: Ctx, { locale }: RemoveLocaleInput): Promise<LocaleList> {
  return changeLocales(ctx, async (txCtx, codes) => {
    if (!codes.includes(locale)) throw refuse('locale_unknown', { details: { locale } });
    if (codes[0] === locale) throw refuse('locale_required', { details: { locale } });
    await audit(txCtx, { action: 'locale.removed', target: `locale:${locale}` });
    return codes.filter((code) => code !== locale);
  });
}

async function changeLocales(
  ctx: Ctx,
  change: (txCtx: TxCtx, codes: string[]) => Promise<string[]>,
): Promise<LocaleList> {
  const changed = await inTransaction(ctx, async (txCtx) => {
    await categories.lockCatalogStructure(txCtx.tx);
    const codes = await change(
      txCtx,
      (await locales.listLocales(txCtx.tx)).map(({ code }) => code),
    );
    await locales.saveLocales(txCtx.tx, { codes });
    return codes;
  });
  return listOf(changed);
}

const listOf = (codes: readonly string[]): LocaleList => ({
  items: codes.map((code, index) => ({ code, isDefault: index === 0 })),
});
