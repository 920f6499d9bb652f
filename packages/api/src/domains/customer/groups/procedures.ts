import { Nothing } from '../../../kit/nothing.ts';
import { permittedProcedure } from '../../../trpc/procedures.ts';
import { addToGroup } from './add-to-group.ts';
import { createGroup } from './create-group.ts';
import { deleteGroup } from './delete-group.ts';
import { listGroups } from './list-groups.ts';
import { removeFromGroup } from './remove-from-group.ts';
import {
  CreateGroupInput,
  CustomerGroup,
  CustomerGroupList,
  GroupCodeInput,
  GroupMemberInput,
  ListGroupsInput,
  UpdateGroupInput,
} from './schema.ts';
import { updateGroup } from './update-group.ts';

const tags: [string] = ['Admin: customers'];
const write = { leavesCatalog: true, limit: 'admin' } as const;

export const groupProcedures = {
  groups: permittedProcedure('customers:read')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/customer-groups', summary: 'Groups of customers', tags },
      limit: 'admin',
    })
    .input(ListGroupsInput)
    .output(CustomerGroupList)
    .query(({ ctx, input }) => listGroups(ctx, input)),
  createGroup: permittedProcedure('customers:write')
    .meta({
      rest: { method: 'POST', path: '/v1/admin/customer-groups', summary: 'Make a group', tags, successStatus: 201 },
      idempotent: true,
      ...write,
    })
    .input(CreateGroupInput)
    .output(CustomerGroup)
    .mutation(({ ctx, input }) => createGroup(ctx, input)),
  updateGroup: permittedProcedure('customers:write')
    .meta({
      rest: { method: 'PATCH', path: '/v1/admin/customer-groups/{code}', summary: 'Change a group', tags },
      ...write,
    })
    .input(UpdateGroupInput)
    .output(CustomerGroup)
    .mutation(({ ctx, input }) => updateGroup(ctx, input)),
  deleteGroup: permittedProcedure('customers:write')
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/admin/customer-groups/{code}',
        summary: 'Delete a group',
        tags,
        successStatus: 204,
      },
      ...write,
    })
    .input(GroupCodeInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => deleteGroup(ctx, input)),
  addToGroup: permittedProcedure('customers:write')
    .meta({
      rest: {
        method: 'PUT',
        path: '/v1/admin/customer-groups/{code}/members/{customerId}',
        summary: 'Put a customer into a group',
        tags,
        successStatus: 204,
      },
      ...write,
    })
    .input(GroupMemberInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => addToGroup(ctx, input)),
  removeFromGroup: permittedProcedure('customers:write')
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/admin/customer-groups/{code}/members/{customerId}',
        summary: 'Take a customer out of a group',
        tags,
        successStatus: 204,
      },
      ...write,
    })
    .input(GroupMemberInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => removeFromGroup(ctx, input)),
};
