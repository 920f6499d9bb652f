import { Nothing } from '../../../kit/nothing.ts';
import { permittedProcedure } from '../../../trpc/procedures.ts';
import { AdminCategory } from '../categories/admin-schema.ts';
import { assignAttribute, unassignAttribute } from './assign-attribute.ts';
import { createAttribute } from './create-attribute.ts';
import { deleteAttribute } from './delete-attribute.ts';
import { findAttribute, listAttributes } from './list-attributes.ts';
import {
  AssignAttributeInput,
  Attribute,
  AttributeInput,
  AttributeList,
  AttributeListInput,
  CreateAttributeInput,
  DeleteAttributeInput,
  UnassignAttributeInput,
  UpdateAttributeInput,
} from './schema.ts';
import { updateAttribute } from './update-attribute.ts';

const tags: [string] = ['Catalog administration'];
const limit = 'admin';

export const attributeProcedures = {
  attributes: permittedProcedure('catalog:write')
    .meta({ rest: { method: 'GET', path: '/v1/admin/attributes', summary: 'List attributes', tags }, limit })
    .input(AttributeListInput)
    .output(AttributeList)
    .query(({ ctx, input }) => listAttributes(ctx, input)),
  attribute: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/attributes/{attribute}', summary: 'Read an attribute', tags },
      limit,
    })
    .input(AttributeInput)
    .output(Attribute)
    .query(({ ctx, input }) => findAttribute(ctx.db, input)),
  createAttribute: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'POST', path: '/v1/admin/attributes', summary: 'Define an attribute', tags, successStatus: 201 },
      idempotent: true,
      limit,
    })
    .input(CreateAttributeInput)
    .output(Attribute)
    .mutation(({ ctx, input }) => createAttribute(ctx, input)),
  updateAttribute: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'PATCH', path: '/v1/admin/attributes/{attribute}', summary: 'Change an attribute', tags },
      limit,
    })
    .input(UpdateAttributeInput)
    .output(Attribute)
    .mutation(({ ctx, input }) => updateAttribute(ctx, input)),
  deleteAttribute: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/admin/attributes/{attribute}',
        summary: 'Delete an attribute',
        tags,
        successStatus: 204,
      },
      limit,
    })
    .input(DeleteAttributeInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => deleteAttribute(ctx, input)),
  assignAttribute: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'PUT',
        path: '/v1/admin/categories/{category}/attributes/{attribute}',
        summary: 'Assign an attribute to a category',
        tags,
      },
      limit,
    })
    .input(AssignAttributeInput)
    .output(AdminCategory)
    .mutation(({ ctx, input }) => assignAttribute(ctx, input)),
  unassignAttribute: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/admin/categories/{category}/attributes/{attribute}',
        summary: 'Take an attribute from a category',
        tags,
      },
      limit,
    })
    .input(UnassignAttributeInput)
    .output(AdminCategory)
    .mutation(({ ctx, input }) => unassignAttribute(ctx, input)),
};
