import { collectionMembers, collections, violatedConstraint } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { slugCandidates } from '../slug.ts';
import { resolveRules } from './resolve-rules.ts';
import type { AdminCollection, CreateCollectionInput } from './schema.ts';
import { startBuild } from './start-build.ts';
import { findAdminCollection } from './view.ts';

/**
 * Adds a collection: without rules an empty one to be filled by hand, with rules one that the worker fills.
 * Refuses with `slug_taken`, `collection_has_rules` (to be sorted by hand), `invalid_input` (rules).
 */
export async function createCollection(ctx: Ctx, input: CreateCollectionInput): Promise<AdminCollection> {
  try {
    return await inTransaction(ctx, (tx) => insertCollection(tx, input));
  } catch (error) {
    throw collectionRefusal(error);
  }
}

async function insertCollection(ctx: TxCtx, input: CreateCollectionInput): Promise<AdminCollection> {
  const { tx, now, ids } = ctx;
  await collectionMembers.lockCollectionMembers(tx);
  const rules = input.rules && (await resolveRules(tx, input.rules));
  if (rules && input.sort === 'manual') throw refuse('collection_has_rules');
  const id = ids.uuid(now);
  const row = {
    id,
    slug: input.slug ?? (await freeSlug(ctx, { id, title: input.title })),
    title: input.title,
    description: input.description ?? '',
    seoTitle: input.seoTitle ?? null,
    seoDescription: input.seoDescription ?? null,
    translations: translationsOf(input.translations),
    kind: rules ? ('rules' as const) : ('manual' as const),
    status: input.status,
    sort: input.sort ?? (rules ? 'newest' : 'manual'),
    position: input.position,
  };
  await collections.insertCollection(tx, { row, at: now });
  if (rules) await startBuild(ctx, { collectionId: id, rules });
  else await collections.insertManualSet(tx, { id: ids.uuid(now), collectionId: id, at: now });
  const { title, slug, kind, status } = row;
  await audit(ctx, { action: 'collection.created', target: `collection:${id}`, detail: { title, slug, kind, status } });
  return findAdminCollection(tx, { collection: id });
}

async function freeSlug({ tx }: TxCtx, { id, title }: { id: string; title: string }): Promise<string> {
  const [short, long] = slugCandidates(title, id);
  return (await collections.findAdminCollection(tx, { key: short })) ? long : short;
}

/** Texts without those that are not given. */
export function translationsOf(input: CreateCollectionInput['translations']): collections.CollectionTranslations {
  return JSON.parse(JSON.stringify(input ?? {})) as collections.CollectionTranslations;
}

/** A refusal instead of the constraint that a parallel writer made us violate. */
export function collectionRefusal(error: unknown): unknown {
  if (violatedConstraint(error) !== 'collections_slug_key') return error;
  return refuse('slug_taken', { details: { field: 'slug' }, cause: error });
}
