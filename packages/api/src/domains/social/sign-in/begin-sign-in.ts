import { z } from 'zod';
import type { Ctx } from '../../../context.ts';
import { inputIssues, refuse as refuseRequest } from '../../../trpc/errors.ts';
import { openLinkTicket } from '../identities/link-ticket.ts';
import type { IdentityProvider } from '../providers/identity-provider.ts';
import { resolveReturnTo } from '../return-to.ts';
import { type PendingSignIn, sealPendingSignIn } from './pending-sign-in.ts';

/** A sign-in is answered, or ends with cookies at a page, or links an identity to the account that a ticket is from. */
const BeginQuery = z
  .strictObject({
    session: z.literal('cookie').optional(),
    returnTo: z.string().optional(),
    link: z.string().optional(),
  })
  .refine(({ session, link }) => session === undefined || link === undefined, 'Either a session or a link')
  .refine(({ session, returnTo }) => returnTo === undefined || session !== undefined, 'returnTo needs session=cookie');

/**
 * Where to send the browser, and what it is to keep in a cookie until it comes back. Throws `invalid_input`,
 * `return_to_invalid`, `link_ticket_invalid`, `identity_provider_unavailable`.
 */
export async function beginSignIn(
  ctx: Ctx,
  provider: IdentityProvider,
  query: Record<string, string>,
): Promise<{ url: URL; cookie: string }> {
  const secrets = { state: ctx.ids.secret(), nonce: ctx.ids.secret(), codeVerifier: ctx.ids.secret() };
  const pending = { ...secrets, ...wishesOf(ctx, provider, query) };
  const url = await provider.authorizationUrl(secrets);
  return { url, cookie: sealPendingSignIn(ctx, provider.name, pending) };
}

function wishesOf(
  ctx: Ctx,
  provider: IdentityProvider,
  query: Record<string, string>,
): Pick<PendingSignIn, 'returnTo' | 'link'> {
  const parsed = BeginQuery.safeParse(query);
  if (!parsed.success) throw refuseRequest('invalid_input', { details: { issues: inputIssues(parsed.error) } });
  const { session, returnTo = ctx.config.storefrontUrl, link } = parsed.data;
  if (link !== undefined) return openLinkTicket(ctx, provider.name, link);
  return session === undefined ? {} : { returnTo: resolveReturnTo(returnTo, ctx.config) };
}
