import { customers } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { consentPage } from '../consents/consent-page.ts';
import type { AdminConsentHistoryInput, ConsentHistory } from '../consents/schema.ts';
import { refuse } from '../errors.ts';

/** All that a customer ever said of marketing, the newest first. Throws `customer_not_found`, `cursor_invalid`. */
export async function listCustomerConsents(ctx: Ctx, input: AdminConsentHistoryInput): Promise<ConsentHistory> {
  const { customerId: userId, ...page } = input;
  if (!(await customers.isCustomer(ctx.db, { id: userId }))) throw refuse('customer_not_found');
  return consentPage(ctx.db, { ...page, userId });
}
