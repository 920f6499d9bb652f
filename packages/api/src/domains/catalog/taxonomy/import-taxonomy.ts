import { categories, locales } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { refreshSoon } from '../refresh-products.ts';
import { slugCandidates, slugify, takeSlug } from '../slug.ts';
import { orderTaxonomy } from './order-taxonomy.ts';
import { planTaxonomy, type TaxonomyPlan } from './plan-taxonomy.ts';
import { type ImportedTaxonomy, type ImportTaxonomyInput, MAX_TAXONOMY } from './schema.ts';

/**
 * Imports the categories of a file, all or none, with their names in one locale. The same file again changes nothing;
 * the file in another language adds the names to the same categories.
 * Refuses with `locale_unknown`, `taxonomy_invalid`, `category_too_deep`.
 */
export async function importTaxonomy(ctx: Ctx, input: ImportTaxonomyInput): Promise<ImportedTaxonomy> {
  const file = orderTaxonomy(input.categories);
  return inTransaction(ctx, async (txCtx) => {
    const { tx, now, ids } = txCtx;
    await categories.lockCatalogStructure(tx);
    const codes = (await locales.listLocales(tx)).map(({ code }) => code);
    const { locale } = input;
    if (!codes.includes(locale)) throw refuse('locale_unknown', { details: { locale } });
    const tree = await categories.listCategoriesToImport(tx);
    const plan = planTaxonomy({ file, tree, locale, isDefault: codes[0] === locale, newId: () => ids.uuid(now) });
    if (tree.length + plan.created.length > MAX_TAXONOMY) {
      throw refuse('taxonomy_invalid', { detail: `A store has at most ${MAX_TAXONOMY} categories.` });
    }
    await writePlan(txCtx, { plan, tree });
    const counts = { created: plan.created.length, updated: plan.updated.length, unchanged: plan.unchanged };
    await audit(txCtx, { action: 'taxonomy.imported', target: `locale:${locale}`, detail: counts });
    return counts;
  });
}

async function writePlan(
  ctx: TxCtx,
  { plan, tree }: { plan: TaxonomyPlan; tree: readonly categories.ImportedCategory[] },
): Promise<void> {
  const { tx, now } = ctx;
  const { created, updated } = plan;
  if (updated.length > 0) {
    await categories.saveImportedCategories(tx, { rows: updated, at: now });
    // Products are found by the names of all categories above them.
    const roots = new Set(updated.map(({ id, pathIds }) => pathIds[0] ?? id));
    for (const categoryId of [...roots].sort()) await refreshSoon(ctx, { categoryId });
  }
  if (created.length === 0) return;
  const nameOf = new Map([...tree, ...created].map(({ id, name }) => [id, name]));
  const named = created.map((row) => {
    const [own, marked] = slugCandidates(row.name, row.externalId ?? row.id);
    const withParent = slugify(`${nameOf.get(row.parentId ?? '') ?? ''} ${row.name}`);
    return { row, candidates: withParent === '' ? [own, marked] : [own, withParent, marked] };
  });
  const slugs = named.flatMap(({ candidates }) => candidates);
  const taken = new Set(await categories.listTakenCategorySlugs(tx, { slugs, former: true }));
  const rows = named.map(({ row, candidates }) => ({ ...row, slug: takeSlug(candidates, taken) }));
  await categories.insertCategories(tx, { rows, at: now });
}
