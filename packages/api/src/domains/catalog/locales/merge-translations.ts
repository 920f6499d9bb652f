import { locales, type Reader } from '@cartwright/db';
import { refuse } from '../errors.ts';

type Texts = Record<string, Record<string, string>>;
type Changes = Readonly<Record<string, Readonly<Record<string, string | null | undefined>>>>;

/**
 * The translations of a thing after a change: texts given are set, null removes one. `renamed` says which text as it
 * was entered changes as well: then that is what is read in the store's default language, unless a translation is given for it.
 * Refuses with `locale_unknown`.
 */
export async function mergeTranslations(
  reader: Reader,
  input: { translations: Texts; changes?: Changes | undefined; renamed?: string | undefined },
): Promise<Texts> {
  const { translations, changes = {}, renamed } = input;
  if (renamed === undefined && Object.keys(changes).length === 0) return translations;
  const codes = (await locales.listLocales(reader)).map(({ code }) => code);
  const merged: Record<string, Record<string, string | null | undefined>> = structuredClone(translations);
  const [first] = codes;
  if (renamed !== undefined && first !== undefined) merged[first] = { ...merged[first], [renamed]: null };
  for (const [locale, texts] of Object.entries(changes)) {
    if (!codes.includes(locale)) throw refuse('locale_unknown', { details: { locale } });
    const given = Object.entries(texts).filter(([, text]) => text !== undefined);
    merged[locale] = { ...merged[locale], ...Object.fromEntries(given) };
  }
  return withoutNothing(merged);
}

function withoutNothing(texts: Record<string, Record<string, string | null | undefined>>): Texts {
  const kept = Object.entries(texts).map(([locale, fields]) => {
    const some = Object.entries(fields).filter((entry): entry is [string, string] => Boolean(entry[1]));
    return [locale, Object.fromEntries(some)] as const;
  });
  return Object.fromEntries(kept.filter(([, fields]) => Object.keys(fields).length > 0));
}
