import { NoInput, Nothing } from '../../kit/nothing.ts';
import { permittedProcedure, publicProcedure, router } from '../../trpc/procedures.ts';
import { createApiKey } from './api-keys/create-api-key.ts';
import { listApiKeys } from './api-keys/list-api-keys.ts';
import { revokeApiKey } from './api-keys/revoke-api-key.ts';
import {
  ApiKeyList,
  CreateApiKeyInput,
  CreatedApiKey,
  ListApiKeysInput,
  RevokeApiKeyInput,
} from './api-keys/schema.ts';
import { listAuditLog } from './audit/list-audit-log.ts';
import { AuditLog, AuditLogInput } from './audit/schema.ts';
import { createRole } from './roles/create-role.ts';
import { deleteRole } from './roles/delete-role.ts';
import { editRole } from './roles/edit-role.ts';
import { listRoles } from './roles/list-roles.ts';
import { CreateRoleInput, DeleteRoleInput, EditRoleInput, Role, RoleList } from './roles/schema.ts';
import { acceptInvitation } from './staff/accept-invitation.ts';
import { disableStaff, enableStaff } from './staff/disable-staff.ts';
import { findStaffMember } from './staff/find-staff-member.ts';
import { grantRole } from './staff/grant-role.ts';
import { inviteStaff } from './staff/invite-staff.ts';
import { listStaff } from './staff/list-staff.ts';
import { resendInvitation } from './staff/resend-invitation.ts';
import { revokeInvitation } from './staff/revoke-invitation.ts';
import { revokeRole } from './staff/revoke-role.ts';
import {
  AcceptInvitationInput,
  InviteStaffInput,
  ListStaffInput,
  StaffIdInput,
  StaffList,
  StaffMember,
  StaffRoleInput,
} from './staff/schema.ts';

const roleTags: [string] = ['Admin: roles'];
const staffTags: [string] = ['Admin: staff'];
const keyTags: [string] = ['Admin: API keys'];
const auditTags: [string] = ['Admin: audit'];

/** Changes of who may do what need a recent proof, which a program cannot give: an API key makes nobody powerful. */
const admin = { limit: 'admin', leavesCatalog: true } as const;
const dangerous = { ...admin, stepUp: true } as const;

export const accessRouter = router({
  roles: permittedProcedure('staff:read')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/roles', summary: 'Roles and permissions', tags: roleTags },
      ...admin,
    })
    .input(NoInput)
    .output(RoleList)
    .query(({ ctx }) => listRoles(ctx)),
  createRole: permittedProcedure('roles:write')
    .meta({
      rest: { method: 'POST', path: '/v1/admin/roles', summary: 'Make a role', tags: roleTags, successStatus: 201 },
      ...dangerous,
    })
    .input(CreateRoleInput)
    .output(Role)
    .mutation(({ ctx, input }) => createRole(ctx, input)),
  editRole: permittedProcedure('roles:write')
    .meta({
      rest: { method: 'PATCH', path: '/v1/admin/roles/{roleName}', summary: 'Change a role', tags: roleTags },
      ...dangerous,
    })
    .input(EditRoleInput)
    .output(Role)
    .mutation(({ ctx, input }) => editRole(ctx, input)),
  deleteRole: permittedProcedure('roles:write')
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/admin/roles/{roleName}',
        summary: 'Delete a role that nobody has',
        tags: roleTags,
        successStatus: 204,
      },
      ...dangerous,
    })
    .input(DeleteRoleInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => deleteRole(ctx, input)),

  staff: permittedProcedure('staff:read')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/staff', summary: 'Staff and invitations', tags: staffTags },
      ...admin,
    })
    .input(ListStaffInput)
    .output(StaffList)
    .query(({ ctx, input }) => listStaff(ctx, input)),
  staffMember: permittedProcedure('staff:read')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/staff/{userId}', summary: 'One member of staff', tags: staffTags },
      ...admin,
    })
    .input(StaffIdInput)
    .output(StaffMember)
    .query(({ ctx, input }) => findStaffMember(ctx.db, input)),
  inviteStaff: permittedProcedure('staff:write')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/staff/invitations',
        summary: 'Invite somebody to join the staff',
        tags: staffTags,
        successStatus: 201,
      },
      ...dangerous,
    })
    .input(InviteStaffInput)
    .output(StaffMember)
    .mutation(({ ctx, input }) => inviteStaff(ctx, input)),
  resendInvitation: permittedProcedure('staff:write')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/staff/{userId}/invitation/resend',
        summary: 'Send an invitation again',
        tags: staffTags,
      },
      ...dangerous,
    })
    .input(StaffIdInput)
    .output(StaffMember)
    .mutation(({ ctx, input }) => resendInvitation(ctx, input)),
  revokeInvitation: permittedProcedure('staff:write')
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/admin/staff/{userId}/invitation',
        summary: 'Withdraw an invitation',
        tags: staffTags,
        successStatus: 204,
      },
      ...admin,
    })
    .input(StaffIdInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => revokeInvitation(ctx, input)),
  acceptInvitation: publicProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/auth/accept-invitation',
        summary: 'Join the staff by the link of an invitation',
        tags: ['Identity'],
        successStatus: 204,
      },
      limit: 'auth',
      leavesCatalog: true,
    })
    .input(AcceptInvitationInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => acceptInvitation(ctx, input)),
  grantRole: permittedProcedure('staff:write')
    .meta({
      rest: {
        method: 'PUT',
        path: '/v1/admin/staff/{userId}/roles/{roleName}',
        summary: 'Give a member of staff a role',
        tags: staffTags,
      },
      ...dangerous,
    })
    .input(StaffRoleInput)
    .output(StaffMember)
    .mutation(({ ctx, input }) => grantRole(ctx, input)),
  revokeRole: permittedProcedure('staff:write')
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/admin/staff/{userId}/roles/{roleName}',
        summary: 'Take a role from a member of staff',
        tags: staffTags,
        successStatus: 204,
      },
      ...dangerous,
    })
    .input(StaffRoleInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => revokeRole(ctx, input)),
  disableStaff: permittedProcedure('staff:write')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/staff/{userId}/disable',
        summary: 'Switch a member of staff off',
        tags: staffTags,
      },
      ...dangerous,
    })
    .input(StaffIdInput)
    .output(StaffMember)
    .mutation(({ ctx, input }) => disableStaff(ctx, input)),
  enableStaff: permittedProcedure('staff:write')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/staff/{userId}/enable',
        summary: 'Switch a member of staff on again',
        tags: staffTags,
      },
      ...dangerous,
    })
    .input(StaffIdInput)
    .output(StaffMember)
    .mutation(({ ctx, input }) => enableStaff(ctx, input)),

  apiKeys: permittedProcedure('api-keys:read')
    .meta({ rest: { method: 'GET', path: '/v1/admin/api-keys', summary: 'API keys', tags: keyTags }, ...admin })
    .input(ListApiKeysInput)
    .output(ApiKeyList)
    .query(({ ctx, input }) => listApiKeys(ctx, input)),
  createApiKey: permittedProcedure('api-keys:write')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/api-keys',
        summary: 'Make an API key, shown once',
        tags: keyTags,
        successStatus: 201,
      },
      ...dangerous,
    })
    .input(CreateApiKeyInput)
    .output(CreatedApiKey)
    .mutation(({ ctx, input }) => createApiKey(ctx, input)),
  revokeApiKey: permittedProcedure('api-keys:write')
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/admin/api-keys/{apiKeyId}',
        summary: 'Revoke an API key',
        tags: keyTags,
        successStatus: 204,
      },
      ...admin,
    })
    .input(RevokeApiKeyInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => revokeApiKey(ctx, input)),

  auditLog: permittedProcedure('audit:read')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/audit-log', summary: 'What staff did, newest first', tags: auditTags },
      ...admin,
    })
    .input(AuditLogInput)
    .output(AuditLog)
    .query(({ ctx, input }) => listAuditLog(ctx, input)),
});
