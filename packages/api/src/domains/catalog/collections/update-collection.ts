import { isDeepStrictEqual } from 'node:util';
import { collections } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { collectionRefusal, translationsOf } from './create-collection.ts';
import { lockCollection } from './lock-collection.ts';
import { resolveRules } from './resolve-rules.ts';
import type { AdminCollection, UpdateCollectionInput } from './schema.ts';
import { startBuild } from './start-build.ts';
import { findAdminCollection } from './view.ts';

/**
 * Changes what is given and counts the version up. Other rules go over the catalog once, in the worker.
 * Refuses with `collection_not_found`, `version_conflict` (details: current), `collection_is_manual` (rules),
 * `collection_has_rules` (to be sorted by hand), `slug_taken`, `invalid_input` (rules).
 */
export async function updateCollection(ctx: Ctx, input: UpdateCollectionInput): Promise<AdminCollection> {
  try {
    return await inTransaction(ctx, (tx) => changeCollection(tx, input));
  } catch (error) {
    throw collectionRefusal(error);
  }
}

async function changeCollection(ctx: TxCtx, input: UpdateCollectionInput): Promise<AdminCollection> {
  const { tx, now } = ctx;
  const row = await lockCollection(ctx, input);
  if (row.kind === 'manual' && input.rules) throw refuse('collection_is_manual');
  if (row.kind === 'rules' && input.sort === 'manual') throw refuse('collection_has_rules');
  const rules = input.rules && (await resolveRules(tx, input.rules));
  await collections.saveCollection(tx, {
    row: {
      id: row.id,
      slug: input.slug ?? row.slug,
      title: input.title ?? row.title,
      description: input.description ?? row.description,
      seoTitle: input.seoTitle === undefined ? row.seoTitle : input.seoTitle,
      seoDescription: input.seoDescription === undefined ? row.seoDescription : input.seoDescription,
      translations: input.translations ? translationsOf(input.translations) : row.translations,
      status: input.status ?? row.status,
      sort: input.sort ?? row.sort,
      position: input.position ?? row.position,
    },
    at: now,
  });
  // Fields come back from the database in another order, and those that are not given are not there.
  if (rules && !isDeepStrictEqual(JSON.parse(JSON.stringify(rules)), row.rules)) {
    await startBuild(ctx, { collectionId: row.id, rules });
  }
  const { collection: _collection, version: _version, description: _description, ...changed } = input;
  await audit(ctx, { action: 'collection.updated', target: `collection:${row.id}`, detail: changed });
  return findAdminCollection(tx, { collection: row.id });
}
