import type { Ctx } from '../../../context.ts';
import { ownUserId } from '../own-account.ts';
import { consentPage } from './consent-page.ts';
import type { ConsentHistory, ConsentHistoryInput } from './schema.ts';

/** All that the caller ever said of marketing, the newest first. Throws `cursor_invalid`. */
export function listConsentHistory(ctx: Ctx, input: ConsentHistoryInput): Promise<ConsentHistory> {
  return consentPage(ctx.db, { ...input, userId: ownUserId(ctx) });
}
