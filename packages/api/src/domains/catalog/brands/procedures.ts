import { Nothing } from '../../../kit/nothing.ts';
import { permittedProcedure, publicProcedure } from '../../../trpc/procedures.ts';
import { createBrand } from './create-brand.ts';
import { findAdminBrand, findBrand, listAdminBrands, listBrands } from './list-brands.ts';
import {
  AdminBrand,
  AdminBrandList,
  AdminBrandListInput,
  BrandKeyInput,
  BrandList,
  BrandListInput,
  BrandPage,
  BrandPageInput,
  CreateBrandInput,
  UpdateBrandInput,
} from './schema.ts';
import { deleteBrand, updateBrand } from './update-brand.ts';

const tags: [string] = ['Catalog'];
const adminTags: [string] = ['Admin: brands'];
const path = '/v1/admin/brands';

export const brandProcedures = {
  brands: publicProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/brands', summary: 'List the brands that there are products of', tags },
      limit: 'read',
      shared: true,
    })
    .input(BrandListInput)
    .output(BrandList)
    .query(({ ctx, input }) => listBrands(ctx, input)),
  brand: publicProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/brands/{slug}', summary: 'Read a brand with its newest products', tags },
      limit: 'read',
      shared: true,
    })
    .input(BrandPageInput)
    .output(BrandPage)
    .query(({ ctx, input }) => findBrand(ctx, input)),

  adminBrands: permittedProcedure('catalog:write')
    .meta({ rest: { method: 'GET', path, summary: 'List brands', tags: adminTags }, limit: 'admin' })
    .input(AdminBrandListInput)
    .output(AdminBrandList)
    .query(({ ctx, input }) => listAdminBrands(ctx, input)),
  adminBrand: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'GET', path: `${path}/{brand}`, summary: 'Read a brand', tags: adminTags },
      limit: 'admin',
    })
    .input(BrandKeyInput)
    .output(AdminBrand)
    .query(({ ctx, input }) => findAdminBrand(ctx.db, input)),
  createBrand: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'POST', path, summary: 'Add a brand', tags: adminTags, successStatus: 201 },
      idempotent: true,
      limit: 'admin',
    })
    .input(CreateBrandInput)
    .output(AdminBrand)
    .mutation(({ ctx, input }) => createBrand(ctx, input)),
  updateBrand: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'PATCH',
        path: `${path}/{brand}`,
        summary: 'Change a brand, and with its name its products',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(UpdateBrandInput)
    .output(AdminBrand)
    .mutation(({ ctx, input }) => updateBrand(ctx, input)),
  deleteBrand: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'DELETE',
        path: `${path}/{brand}`,
        summary: 'Delete a brand that no product has',
        tags: adminTags,
        successStatus: 204,
      },
      limit: 'admin',
    })
    .input(BrandKeyInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => deleteBrand(ctx, input)),
};
