import { type Reader, searchSettings } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse as refuseCatalog } from '../../catalog/index.ts';
import { refuse } from '../errors.ts';
import type { CreateSearchRuleInput, SearchRule, SearchRuleInput, UpdateSearchRuleInput } from './schema.ts';

const normalised = (query: string | null): string | null =>
  query === null ? null : query.toLowerCase().replace(/\s+/g, ' ').trim();

async function assertProducts(reader: Reader, ids: readonly string[]): Promise<void> {
  const [unknown] = await searchSettings.listUnknownProducts(reader, { ids });
  if (unknown !== undefined) throw refuseCatalog('product_not_found');
}

/** Adds what a merchant wants of a query. Refuses with `product_not_found`. */
export async function createSearchRule(ctx: Ctx, input: CreateSearchRuleInput): Promise<SearchRule> {
  return inTransaction(ctx, async (txCtx) => {
    await assertProducts(txCtx.tx, [...input.pinned, ...input.hidden]);
    const rule = { ...input, id: txCtx.ids.uuid(txCtx.now), query: normalised(input.query) };
    await searchSettings.saveSearchRule(txCtx.tx, { ...rule, at: txCtx.now });
    await audit(txCtx, { action: 'search_rule.created', target: `search_rule:${rule.id}`, detail: rule });
    return rule;
  });
}

/** Replaces a rule. Refuses with `search_setting_not_found`, `product_not_found`. */
export async function updateSearchRule(ctx: Ctx, input: UpdateSearchRuleInput): Promise<SearchRule> {
  return inTransaction(ctx, async (txCtx) => {
    const { ruleId, ...fields } = input;
    const rule = { ...fields, id: ruleId, query: normalised(input.query) };
    await assertProducts(txCtx.tx, [...input.pinned, ...input.hidden]);
    const before = (await searchSettings.listSearchRules(txCtx.tx)).find(({ id }) => id === rule.id);
    if (!before) throw refuse('search_setting_not_found');
    await searchSettings.saveSearchRule(txCtx.tx, { ...rule, at: txCtx.now });
    const detail = { before, after: rule };
    await audit(txCtx, { action: 'search_rule.updated', target: `search_rule:${rule.id}`, detail });
    return rule;
  });
}

/** Refuses with `search_setting_not_found`. */
export async function deleteSearchRule(ctx: Ctx, { ruleId: id }: SearchRuleInput): Promise<void> {
  await inTransaction(ctx, async (txCtx) => {
    if (!(await searchSettings.deleteSearchRule(txCtx.tx, { id }))) throw refuse('search_setting_not_found');
    await audit(txCtx, { action: 'search_rule.deleted', target: `search_rule:${id}` });
  });
}
