import { sha256Hex } from '../../kit/ids.ts';

const MAX_LENGTH = 150;

/** Lower-case ASCII words joined by hyphens; '' when the text has none, e.g. all Chinese. */
export function slugify(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_LENGTH)
    .replace(/^-+|(?<!-)-+$/g, '');
}

/**
 * Slugs to try for a thing, best first. The last is made of its identity, so that it is free unless the same thing has
 * it: the same identity gives the same slugs in every import.
 */
export function slugCandidates(text: string, identity: string): [string, string] {
  const slug = slugify(text);
  const mark = sha256Hex(identity).slice(0, 12);
  return slug === '' ? [mark, mark] : [slug, `${slug}-${mark}`];
}

/** Picks the first candidate that is not taken, and takes it. */
export function takeSlug(candidates: readonly string[], taken: Set<string>): string {
  const free = candidates.find((slug) => !taken.has(slug)) ?? candidates.at(-1) ?? '';
  taken.add(free);
  return free;
}
