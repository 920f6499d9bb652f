import { locales, type Reader } from '@cartwright/db';
import { refuse } from '../errors.ts';

/** Throws `search_locale_unknown` unless the store has the locale. */
export async function assertLocale(reader: Reader, locale: string): Promise<void> {
  const known = await locales.listLocales(reader);
  if (!known.some(({ code }) => code === locale)) throw refuse('search_locale_unknown', { details: { locale } });
}
