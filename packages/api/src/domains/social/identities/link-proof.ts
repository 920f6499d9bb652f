import { z } from 'zod';
import type { Ctx } from '../../../context.ts';
import { openNote, sealNote } from '../note.ts';

/** From the provider's answer to its use by the session. */
export const PROOF_SECONDS = 300;

const LinkProof = z.object({
  id: z.string(),
  userId: z.string(),
  sessionId: z.string(),
  identity: z.object({ provider: z.string(), subject: z.string(), email: z.string().optional() }),
});
/** That whoever began the linking in a session has the identity. */
export type LinkProof = z.infer<typeof LinkProof>;

const ABOUT = 'link proof';

export function sealLinkProof(ctx: Ctx, { userId, sessionId, identity }: Omit<LinkProof, 'id'>): string {
  const { provider, subject, email } = identity;
  const content = { id: ctx.ids.secret(), userId, sessionId, identity: { provider, subject, email } };
  return sealNote(ctx, ABOUT, { content, seconds: PROOF_SECONDS });
}

/** Undefined for what is not ours or too old. */
export function openLinkProof(ctx: Ctx, text: string): LinkProof | undefined {
  return openNote(ctx, ABOUT, { text, shape: LinkProof });
}
