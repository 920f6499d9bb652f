import type { Cache, Changes } from '@cartwright/api';
import { KeptAnswer } from './kept-answer.ts';

const PREFIX = 'answer:';

/** An answer as processes hand it to one another. */
interface Handed {
  body: string;
  tags: string[] | null;
  /** The last change that its reader had heard of before it read. */
  position: string;
  freshUntil: number;
  keptUntil: number;
}

/**
 * What another process has kept, if this one knows that nothing it is made of has changed since it was read. All
 * processes hear of changes in the same order, so an answer that comes too late is known by its position.
 */
export async function keptByOthers(
  cache: Cache,
  { key, now, contentType }: { key: string; now: Date; contentType: string },
  log: NonNullable<Changes['log']>,
): Promise<KeptAnswer | undefined> {
  const text = await cache.get(PREFIX + key);
  if (text === undefined) return undefined;
  const { body, tags, position, freshUntil, keptUntil } = JSON.parse(text) as Handed;
  const at = log.numberOf(position);
  const answer =
    at !== undefined && new KeptAnswer(body, { contentType, tags: tags ?? undefined, at, freshUntil, keptUntil });
  if (!answer || now.getTime() >= freshUntil) return undefined;
  return log.isUnchanged(answer.origin.at, answer.origin.tags) ? answer : undefined;
}

export async function keepForOthers(
  cache: Cache,
  { key, answer, position, now }: { key: string; answer: KeptAnswer; position: string; now: Date },
): Promise<void> {
  const { tags = null, freshUntil, keptUntil } = answer.origin;
  const handed: Handed = { body: answer.text, tags: tags && [...tags], position, freshUntil, keptUntil };
  await cache.set(PREFIX + key, JSON.stringify(handed), (freshUntil - now.getTime()) / 1000);
}
