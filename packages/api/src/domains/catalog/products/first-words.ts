const MAX_LENGTH = 160;

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", nbsp: ' ' };

/** The beginning of a text that may have HTML in it, in whole words, for where there is room for little; null for none. */
export function firstWords(html: string): string | null {
  const text = html
    .slice(0, 20 * MAX_LENGTH)
    .replace(/<(?:script|style)\b(?:[^<]|<(?!\/(?:script|style)>))*/gi, ' ')
    .replace(/<[^>]*(>|$)/g, ' ')
    .replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replace(/\s+/g, ' ')
    .trim();
  if (text === '') return null;
  if (text.length <= MAX_LENGTH) return text.toWellFormed();
  // A word without end may be cut within a character.
  const cut = text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '');
  return `${cut.replace(/\s\S*$/, '').toWellFormed()}…`;
}
