import type { z } from 'zod';
import type { Ctx } from '../../context.ts';
import { secondsAfter } from '../../kit/clock.ts';
import { createSealer } from '../../kit/seal.ts';

type NoteCtx = Pick<Ctx, 'config' | 'ids' | 'now'>;

const sealerOf = ({ config, ids }: NoteCtx) =>
  createSealer({ secret: config.authSecret, purpose: 'cartwright social notes', ids });

/** Text that only this store can read, for `seconds`, and only as a note about the same subject. */
export function sealNote(ctx: NoteCtx, about: string, note: { content: object; seconds: number }): string {
  const expiresAt = secondsAfter(ctx.now, note.seconds).getTime();
  return sealerOf(ctx).seal(JSON.stringify({ content: note.content, expiresAt }), about);
}

/** What such a text says; undefined when it is not ours, is about something else or is too old. */
export function openNote<T>(ctx: NoteCtx, about: string, note: { text: string; shape: z.ZodType<T> }): T | undefined {
  const opened = sealerOf(ctx).open(note.text, about);
  if (opened === undefined) return undefined;
  const { content, expiresAt } = JSON.parse(opened) as { content: unknown; expiresAt: number };
  return expiresAt > ctx.now.getTime() ? note.shape.safeParse(content).data : undefined;
}
