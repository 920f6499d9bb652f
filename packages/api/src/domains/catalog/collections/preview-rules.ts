import { collectionMembers } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { resolveRules } from './resolve-rules.ts';
import type { PreviewRulesInput, RulesPreview } from './schema.ts';

const SHOWN = 20;

/** What rules would choose of the catalog as it is. Changes nothing. Refuses with `invalid_input` (rules). */
export async function previewRules(ctx: Ctx, input: PreviewRulesInput): Promise<RulesPreview> {
  const rules = await resolveRules(ctx.db, input.rules);
  return collectionMembers.countMatching(ctx.db, { rules, limit: SHOWN, at: ctx.now });
}
