import { z } from 'zod';
import type { Ctx } from '../../../context.ts';
import { refuse } from '../errors.ts';
import { openNote, sealNote } from '../note.ts';
import type { ProvenIdentity } from '../providers/identity-provider.ts';

/** From the provider's answer to the account. */
export const SIGN_UP_SECONDS = 900;

const SignUp = z.object({
  id: z.string(),
  identity: z.object({ provider: z.string(), subject: z.string(), name: z.string().optional() }),
});
/** An identity that has no account, and whose provider vouches for no address. */
export type SignUp = z.infer<typeof SignUp>;

const ABOUT = 'sign-up';

/** Text for the browser that came back from the provider, and nobody else. */
export function sealSignUp(ctx: Ctx, { provider, subject, name }: ProvenIdentity): string {
  const content = { id: ctx.ids.secret(), identity: { provider, subject, name } };
  return sealNote(ctx, ABOUT, { content, seconds: SIGN_UP_SECONDS });
}

/** Throws `sign_up_invalid` for what is not ours or too old. */
export function openSignUp(ctx: Ctx, text: string): SignUp {
  const signUp = openNote(ctx, ABOUT, { text, shape: SignUp });
  if (signUp === undefined) throw refuse('sign_up_invalid');
  return signUp;
}
