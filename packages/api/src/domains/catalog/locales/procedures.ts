import { NoInput } from '../../../kit/nothing.ts';
import { permittedProcedure, publicProcedure } from '../../../trpc/procedures.ts';
import { addLocale, listLocales, removeLocale } from './change-locales.ts';
import { AddLocaleInput, LocaleList, RemoveLocaleInput } from './schema.ts';

const adminTags: [string] = ['Catalog administration'];

export const localeProcedures = {
  locales: publicProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/locales', summary: 'The locales of the store', tags: ['Catalog'] },
      limit: 'read',
      shared: true,
    })
    .input(NoInput)
    .output(LocaleList)
    .query(({ ctx }) => listLocales(ctx)),
  addLocale: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'PUT', path: '/v1/admin/locales/{locale}', summary: 'Add a locale', tags: adminTags },
      limit: 'admin',
    })
    .input(AddLocaleInput)
    .output(LocaleList)
    .mutation(({ ctx, input }) => addLocale(ctx, input)),
  removeLocale: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'DELETE', path: '/v1/admin/locales/{locale}', summary: 'Remove a locale', tags: adminTags },
      limit: 'admin',
    })
    .input(RemoveLocaleInput)
    .output(LocaleList)
    .mutation(({ ctx, input }) => removeLocale(ctx, input)),
};
