import { permittedProcedure, publicProcedure, router } from '../../trpc/procedures.ts';
import {
  AdminProduct,
  AdminProductInput,
  AdminProductList,
  AdminProductListInput,
  CreateProductInput,
  UpdateProductInput,
} from './admin-schema.ts';
import { attributeProcedures } from './attributes/procedures.ts';
import { brandProcedures } from './brands/procedures.ts';
import { categoryProcedures } from './categories/procedures.ts';
import { collectionProcedures } from './collections/procedures.ts';
import { createProduct } from './create-product.ts';
import { exportProducts } from './export/export-products.ts';
import { ExportedProducts, ExportProductsInput } from './export/schema.ts';
import { findAdminProduct } from './find-admin-product.ts';
import { findProduct } from './find-product.ts';
import { finishImport } from './import/finish-import.ts';
import { importBatch } from './import/import-batch.ts';
import { findImport, listImports } from './import/list-imports.ts';
import {
  FinishedImport,
  FinishImportInput,
  ImportBatchInput,
  ImportBatchResult,
  ImportJobInput,
  ImportJobList,
  ImportJobListInput,
  ImportJobReport,
  StartedImport,
  StartImportInput,
} from './import/schema.ts';
import { startImport } from './import/start-import.ts';
import { listAdminProducts } from './list-admin-products.ts';
import { listProducts } from './list-products.ts';
import { localeProcedures } from './locales/procedures.ts';
import { productProcedures } from './products/procedures.ts';
import { relationProcedures } from './relations/procedures.ts';
import { Product, ProductInput, ProductList, ProductListInput } from './schema.ts';
import { shippingProfileProcedures } from './shipping-profiles/procedures.ts';
import { taxonomyProcedures } from './taxonomy/procedures.ts';
import { updateProduct } from './update-product.ts';

const tags: [string] = ['Catalog'];
const adminTags: [string] = ['Catalog administration'];
const importTags: [string] = ['Import'];

export const catalogRouter = router({
  ...brandProcedures,
  ...productProcedures,
  ...categoryProcedures,
  ...attributeProcedures,
  ...taxonomyProcedures,
  ...localeProcedures,
  ...shippingProfileProcedures,
  ...collectionProcedures,
  ...relationProcedures,
  products: publicProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/products', summary: 'List products', tags },
      limit: 'read',
      shared: true,
    })
    .input(ProductListInput)
    .output(ProductList)
    .query(({ ctx, input }) => listProducts(ctx, input)),
  product: publicProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/products/{slug}', summary: 'Read a product', tags },
      limit: 'read',
      shared: true,
    })
    .input(ProductInput)
    .output(Product)
    .query(({ ctx, input }) => findProduct(ctx, input)),

  createProduct: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/products',
        summary: 'Add a product',
        tags: adminTags,
        successStatus: 201,
      },
      idempotent: true,
      limit: 'admin',
    })
    .input(CreateProductInput)
    .output(AdminProduct)
    .mutation(({ ctx, input }) => createProduct(ctx, input)),
  updateProduct: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'PATCH', path: '/v1/admin/products/{productId}', summary: 'Change a product', tags: adminTags },
      limit: 'admin',
    })
    .input(UpdateProductInput)
    .output(AdminProduct)
    .mutation(({ ctx, input }) => updateProduct(ctx, input)),
  adminProduct: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/products/{productId}', summary: 'Read a product', tags: adminTags },
      limit: 'admin',
    })
    .input(AdminProductInput)
    .output(AdminProduct)
    .query(({ ctx, input }) => findAdminProduct(ctx.db, input)),
  adminProducts: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/products', summary: 'List products, drafts too', tags: adminTags },
      limit: 'admin',
    })
    .input(AdminProductListInput)
    .output(AdminProductList)
    .query(({ ctx, input }) => listAdminProducts(ctx, input)),
  startImport: permittedProcedure('catalog:import')
    .meta({
      rest: { method: 'POST', path: '/v1/admin/imports', summary: 'Start or resume an import', tags: importTags },
      limit: 'admin',
    })
    .input(StartImportInput)
    .output(StartedImport)
    .mutation(({ ctx, input }) => startImport(ctx, input)),
  importBatch: permittedProcedure('catalog:import')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/imports/{jobId}/batches',
        summary: 'Import a batch of rows',
        tags: importTags,
      },
      limit: 'admin',
    })
    .input(ImportBatchInput)
    .output(ImportBatchResult)
    .mutation(({ ctx, input }) => importBatch(ctx, input)),
  finishImport: permittedProcedure('catalog:import')
    .meta({
      rest: { method: 'POST', path: '/v1/admin/imports/{jobId}/finish', summary: 'Finish an import', tags: importTags },
      limit: 'admin',
    })
    .input(FinishImportInput)
    .output(FinishedImport)
    .mutation(({ ctx, input }) => finishImport(ctx, input)),
  imports: permittedProcedure('catalog:import')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/imports', summary: 'List imports, newest first', tags: importTags },
      limit: 'admin',
    })
    .input(ImportJobListInput)
    .output(ImportJobList)
    .query(({ ctx, input }) => listImports(ctx, input)),
  import: permittedProcedure('catalog:import')
    .meta({
      rest: {
        method: 'GET',
        path: '/v1/admin/imports/{jobId}',
        summary: 'Read an import and what was wrong with its rows',
        tags: importTags,
      },
      limit: 'admin',
    })
    .input(ImportJobInput)
    .output(ImportJobReport)
    .query(({ ctx, input }) => findImport(ctx, input)),
  exportProducts: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'GET',
        path: '/v1/admin/exports/products',
        summary: 'Read all products as rows that an import takes',
        tags: importTags,
      },
      limit: 'admin',
    })
    .input(ExportProductsInput)
    .output(ExportedProducts)
    .query(({ ctx, input }) => exportProducts(ctx, input)),
});
