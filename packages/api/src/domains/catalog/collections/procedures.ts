import { Nothing } from '../../../kit/nothing.ts';
import { permittedProcedure, publicProcedure } from '../../../trpc/procedures.ts';
import { addToCollection, removeFromCollection, reorderCollection } from './change-products.ts';
import { createCollection } from './create-collection.ts';
import { deleteCollection } from './delete-collection.ts';
import { findCollection, listAdminCollections, listCollectionProducts, listCollections } from './list-collections.ts';
import { previewRules } from './preview-rules.ts';
import {
  AddToCollectionInput,
  AdminCollection,
  AdminCollectionList,
  AdminCollectionListInput,
  Collection,
  CollectionInput,
  CollectionKeyInput,
  CollectionList,
  CollectionListInput,
  CollectionProductList,
  CollectionProductsInput,
  CreateCollectionInput,
  PreviewRulesInput,
  RemoveFromCollectionInput,
  ReorderCollectionInput,
  RulesPreview,
  UpdateCollectionInput,
} from './schema.ts';
import { updateCollection } from './update-collection.ts';
import { findAdminCollection } from './view.ts';

const tags: [string] = ['Catalog'];
const adminTags: [string] = ['Admin: collections'];
const path = '/v1/admin/collections';

export const collectionProcedures = {
  collections: publicProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/collections', summary: 'List collections', tags },
      limit: 'read',
      shared: true,
    })
    .input(CollectionListInput)
    .output(CollectionList)
    .query(({ ctx, input }) => listCollections(ctx, input)),
  collection: publicProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/collections/{slug}', summary: 'Read a collection', tags },
      limit: 'read',
      shared: true,
    })
    .input(CollectionInput)
    .output(Collection)
    .query(({ ctx, input }) => findCollection(ctx, input)),

  adminCollections: permittedProcedure('catalog:write')
    .meta({ rest: { method: 'GET', path, summary: 'List collections, drafts too', tags: adminTags }, limit: 'admin' })
    .input(AdminCollectionListInput)
    .output(AdminCollectionList)
    .query(({ ctx, input }) => listAdminCollections(ctx, input)),
  adminCollection: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'GET', path: `${path}/{collection}`, summary: 'Read a collection', tags: adminTags },
      limit: 'admin',
    })
    .input(CollectionKeyInput)
    .output(AdminCollection)
    .query(({ ctx, input }) => findAdminCollection(ctx.db, input)),
  collectionProducts: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'GET',
        path: `${path}/{collection}/products`,
        summary: 'What is in a collection, drafts too',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(CollectionProductsInput)
    .output(CollectionProductList)
    .query(({ ctx, input }) => listCollectionProducts(ctx, input)),
  previewCollection: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/collection-previews',
        summary: 'What rules would choose; saves nothing',
        tags: adminTags,
      },
      limit: 'admin',
      leavesCatalog: true,
    })
    .input(PreviewRulesInput)
    .output(RulesPreview)
    .mutation(({ ctx, input }) => previewRules(ctx, input)),
  createCollection: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'POST', path, summary: 'Add a collection', tags: adminTags, successStatus: 201 },
      idempotent: true,
      limit: 'admin',
    })
    .input(CreateCollectionInput)
    .output(AdminCollection)
    .mutation(({ ctx, input }) => createCollection(ctx, input)),
  updateCollection: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'PATCH', path: `${path}/{collection}`, summary: 'Change a collection', tags: adminTags },
      limit: 'admin',
    })
    .input(UpdateCollectionInput)
    .output(AdminCollection)
    .mutation(({ ctx, input }) => updateCollection(ctx, input)),
  deleteCollection: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'DELETE',
        path: `${path}/{collection}`,
        summary: 'Delete a collection; its products stay',
        tags: adminTags,
        successStatus: 204,
      },
      limit: 'admin',
    })
    .input(CollectionKeyInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => deleteCollection(ctx, input)),
  addToCollection: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'POST',
        path: `${path}/{collection}/products`,
        summary: 'Add products to a manual collection',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(AddToCollectionInput)
    .output(AdminCollection)
    .mutation(({ ctx, input }) => addToCollection(ctx, input)),
  removeFromCollection: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'POST',
        path: `${path}/{collection}/products/remove`,
        summary: 'Take products out of a manual collection',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(RemoveFromCollectionInput)
    .output(AdminCollection)
    .mutation(({ ctx, input }) => removeFromCollection(ctx, input)),
  reorderCollection: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'PUT',
        path: `${path}/{collection}/products/order`,
        summary: 'Put products of a manual collection first, in an order',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(ReorderCollectionInput)
    .output(AdminCollection)
    .mutation(({ ctx, input }) => reorderCollection(ctx, input)),
};
