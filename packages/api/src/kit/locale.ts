import { z } from 'zod';

/** A language, with script and region where they matter: BCP 47, e.g. `de`, `de-AT`, `zh-Hant-TW`. */
export const localeCode = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/, 'A BCP 47 code such as de or de-AT');

/**
 * Where texts are looked for, best first: the locale asked for, what it is a kind of (`de-AT`: `de`), and the store's
 * default. `codes` are the store's locales, the default first; others are left out. The same as the database's
 * `locale_chain`.
 */
export function localeChain(requested: string | undefined, codes: readonly string[]): string[] {
  const [first] = codes;
  const kinds = codes
    .filter((code) => requested !== undefined && (code === requested || requested.startsWith(`${code}-`)))
    .sort((a, b) => b.length - a.length);
  return first === undefined || kinds.includes(first) ? kinds : [...kinds, first];
}

/** Texts in several languages: `{ [locale]: { [field]: text } }`. */
export type Translations = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The first text along a {@link localeChain}, or the fallback. The same as the database's `translated`. */
export function translated<Fallback extends string | null>(
  text: { translations: Translations; field: string; fallback: Fallback },
  chain: readonly string[],
): string | Fallback {
  for (const code of chain) {
    const found = text.translations[code]?.[text.field];
    if (found) return found;
  }
  return text.fallback;
}
