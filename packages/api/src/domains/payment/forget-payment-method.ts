import { savedPaymentMethods } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import type { ProviderName } from './provider.ts';

/** Lets the provider let go of what an account has deleted and not saved again. Throws ProviderUnavailableError, to be tried again. */
export async function forgetPaymentMethod(
  ctx: Pick<Ctx, 'payments' | 'db'>,
  method: { provider: ProviderName; reference: string },
): Promise<void> {
  if (await savedPaymentMethods.isPaymentMethodSaved(ctx.db, method)) return;
  await ctx.payments.get(method.provider)?.vault?.detach(method.reference);
}
