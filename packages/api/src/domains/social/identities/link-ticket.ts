import { z } from 'zod';
import type { Ctx } from '../../../context.ts';
import { refuse } from '../errors.ts';
import { openNote, sealNote } from '../note.ts';

/** From asking for the ticket to opening it in a browser. */
const TICKET_SECONDS = 300;

const LinkTicket = z.object({
  link: z.object({ userId: z.string(), sessionId: z.string() }),
  returnTo: z.string().optional(),
});
/** A session's wish to link an identity of one provider. */
export type LinkTicket = z.infer<typeof LinkTicket>;

const about = (provider: string) => `link ticket ${provider}`;

export function sealLinkTicket(ctx: Ctx, provider: string, ticket: LinkTicket): string {
  return sealNote(ctx, about(provider), { content: ticket, seconds: TICKET_SECONDS });
}

/** Throws `link_ticket_invalid` for what is not ours, of another provider or too old. */
export function openLinkTicket(ctx: Ctx, provider: string, text: string): LinkTicket {
  const ticket = openNote(ctx, about(provider), { text, shape: LinkTicket });
  if (ticket === undefined) throw refuse('link_ticket_invalid');
  return ticket;
}
