import { Nothing } from '../../../kit/nothing.ts';
import { permittedProcedure, publicProcedure } from '../../../trpc/procedures.ts';
import {
  AdminCategory,
  AdminCategoryInput,
  CreateCategoryInput,
  DeleteCategoryInput,
  MoveCategoryInput,
  ReorderCategoriesInput,
  UpdateCategoryInput,
} from './admin-schema.ts';
import { createCategory } from './create-category.ts';
import { deleteCategory } from './delete-category.ts';
import { findAdminCategory } from './find-admin-category.ts';
import { findCategory } from './find-category.ts';
import { listCategories } from './list-categories.ts';
import { moveCategory } from './move-category.ts';
import { reorderCategories } from './reorder-categories.ts';
import { CategoryList, CategoryPage, CategoryPageInput, CategoryTreeInput } from './schema.ts';
import { updateCategory } from './update-category.ts';

const tags: [string] = ['Catalog'];
const adminTags: [string] = ['Catalog administration'];

export const categoryProcedures = {
  categories: publicProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/categories', summary: 'The category tree', tags },
      limit: 'read',
      shared: true,
    })
    .input(CategoryTreeInput)
    .output(CategoryList)
    .query(({ ctx, input }) => listCategories(ctx, input)),
  category: publicProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/categories/{slug}', summary: 'Read a category', tags },
      limit: 'read',
      shared: true,
    })
    .input(CategoryPageInput)
    .output(CategoryPage)
    .query(({ ctx, input }) => findCategory(ctx, input)),
  adminCategory: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'GET',
        path: '/v1/admin/categories/{category}',
        summary: 'Read a category, with what it inherits',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(AdminCategoryInput)
    .output(AdminCategory)
    .query(({ ctx, input }) => findAdminCategory(ctx.db, input)),
  createCategory: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/categories',
        summary: 'Add a category',
        tags: adminTags,
        successStatus: 201,
      },
      idempotent: true,
      limit: 'admin',
    })
    .input(CreateCategoryInput)
    .output(AdminCategory)
    .mutation(({ ctx, input }) => createCategory(ctx, input)),
  updateCategory: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'PATCH',
        path: '/v1/admin/categories/{category}',
        summary: 'Change a category',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(UpdateCategoryInput)
    .output(AdminCategory)
    .mutation(({ ctx, input }) => updateCategory(ctx, input)),
  moveCategory: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/categories/{category}/move',
        summary: 'Move a category',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(MoveCategoryInput)
    .output(AdminCategory)
    .mutation(({ ctx, input }) => moveCategory(ctx, input)),
  reorderCategories: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'PUT',
        path: '/v1/admin/category-order',
        summary: 'Order the children of a category',
        tags: adminTags,
        successStatus: 204,
      },
      limit: 'admin',
    })
    .input(ReorderCategoriesInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => reorderCategories(ctx, input)),
  deleteCategory: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/admin/categories/{category}',
        summary: 'Delete a category',
        tags: adminTags,
        successStatus: 204,
      },
      limit: 'admin',
    })
    .input(DeleteCategoryInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => deleteCategory(ctx, input)),
};
