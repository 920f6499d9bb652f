import { z } from 'zod';
import type { Ctx } from '../../../context.ts';
import { announce } from '../../../kit/announce.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { takeMail } from '../../auth/index.ts';
import { openNote, sealNote } from '../note.ts';
import type { SignUpCodeInput } from '../schema.ts';
import { openSignUp, SIGN_UP_SECONDS } from './sign-up-note.ts';

const CodeRequest = z.object({ id: z.string(), email: z.string() });
/** Who wants to prove which address. */
export type CodeRequest = z.infer<typeof CodeRequest>;

const ABOUT = 'sign-up code';
const CodeFact = z.object({ request: z.string() });

/**
 * Has a code sent to the address that an account is to be made of. Nothing is looked up, so neither the answer nor its
 * time says whether the address has an account. Throws `sign_up_invalid`.
 */
export async function requestSignUpCode(ctx: Ctx, { signUp, email }: SignUpCodeInput): Promise<void> {
  const { id } = openSignUp(ctx, signUp);
  if (!(await takeMail(ctx, { kind: 'sign_up_code', email }))) return;
  // There is no account yet that the address could be read from; sealed, it is no use to who reads the outbox later.
  const request = sealNote(ctx, ABOUT, { content: { id, email }, seconds: SIGN_UP_SECONDS });
  await inTransaction(ctx, (txCtx) => announce(txCtx, { topic: 'user.sign_up_code', payload: { request } }));
}

/** What such a fact asks for; undefined when it is too late. */
export function openCodeRequest(ctx: Ctx, payload: unknown): CodeRequest | undefined {
  return openNote(ctx, ABOUT, { text: CodeFact.parse(payload).request, shape: CodeRequest });
}
