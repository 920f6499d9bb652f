/** What a shopper typed, taken apart. */
export interface ReadQuery {
  /** In lower case with single spaces; null when there is nothing to search for. */
  text: string | null;
  /** Groups of words of which one is enough; those of phrases too. A group has one word unless `or` joins several. */
  groups: string[][];
  phrases: string[];
  excluded: string[];
  /** Words after "without", in the language of the query, and it: what matches should rather not have. */
  unwanted: string[];
  without: string | null;
}

/** How languages say "without". */
const WITHOUT: Record<string, readonly string[]> = {
  en: ['without', 'w/o'],
  de: ['ohne'],
  nl: ['zonder'],
  fr: ['sans'],
  es: ['sin'],
  it: ['senza'],
  pt: ['sem'],
  da: ['uden'],
  sv: ['utan'],
  no: ['uten'],
  pl: ['bez'],
};

/** A query holds no more words than a title has; the rest of a longer one is left out. */
const MAX_WORDS = 16;
const PARTS = /(-?)"([^"]*)"?|(-?)([^\s"]+)/g;

/** Reads words, "phrases", -exclusions, `or`, and what follows "without". */
export function readQuery(q: string | undefined, locale: string): ReadQuery {
  const query: ReadQuery = { text: null, groups: [], phrases: [], excluded: [], unwanted: [], without: null };
  const without = WITHOUT[locale.split('-', 1)[0] ?? ''] ?? [];
  let joins = false;
  const add = (word: string): void => {
    if (query.without !== null) query.unwanted.push(word);
    else if (joins) query.groups.at(-1)?.push(word);
    else query.groups.push([word]);
    joins = false;
  };
  for (const [, notPhrase, phrase, notWord, word] of (q ?? '').toLowerCase().matchAll(PARTS)) {
    if (phrase !== undefined) {
      if (!/[\p{L}\p{N}]/u.test(phrase)) continue;
      if (notPhrase) query.excluded.push(phrase);
      else {
        query.phrases.push(phrase);
        for (const each of phrase.split(/\s+/).filter(Boolean)) add(each);
      }
    } else if (word !== undefined && /[\p{L}\p{N}]/u.test(word)) {
      if (notWord) query.excluded.push(word);
      else if (word === 'or' && query.groups.length > 0) joins = true;
      else if (without.includes(word) && query.groups.length > 0) query.without = word;
      else add(word);
    }
  }
  query.groups = query.groups.slice(0, MAX_WORDS);
  query.unwanted = query.unwanted.slice(0, MAX_WORDS);
  query.phrases = query.phrases.slice(0, MAX_WORDS);
  query.excluded = query.excluded.slice(0, MAX_WORDS);
  if (query.groups.length + query.excluded.length > 0) {
    query.text = (q ?? '').toLowerCase().replace(/\s+/g, ' ').trim().slice(0, 200);
  }
  return query;
}

/** A number and a short unit after it are also written as one: "32 gb" and "32gb"; and so is what hyphens join. */
export function spellingsOf(words: readonly string[]): { word: string; of: number[] }[] {
  const spellings: { word: string; of: number[] }[] = [];
  words.forEach((word, index) => {
    if (/[\p{L}\p{N}]-[\p{L}\p{N}]/u.test(word)) spellings.push({ word: word.replaceAll('-', ''), of: [index] });
    const next = words[index + 1];
    if (next !== undefined && /^\d[\d.]*$/.test(word) && /^[a-z]{1,4}$/.test(next)) {
      spellings.push({ word: word + next, of: [index, index + 1] });
    }
  });
  return spellings;
}
