import { users } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { knownAddressMail, sendMail, signUpCodeMail } from '../../notification/index.ts';
import { openCodeRequest } from './request-sign-up-code.ts';
import { signUpCode } from './sign-up-code.ts';

/** Sends the code, or to an address that has an account already, that it has. */
export async function sendSignUpCode(
  ctx: Ctx,
  { outboxId, payload }: { outboxId: string; payload: unknown },
): Promise<void> {
  const request = openCodeRequest(ctx, payload);
  if (request === undefined) return;
  const { authSecret, storefrontUrl } = ctx.config;
  const { email } = request;
  const isKnown = (await users.findUserId(ctx.db, { email })) !== undefined;
  const code = signUpCode(authSecret, request);
  const mail = isKnown ? knownAddressMail({ storefrontUrl }) : signUpCodeMail({ storefrontUrl, code });
  await sendMail(ctx, { id: outboxId, to: email, mail });
}
