import { z } from 'zod';
import { permissions } from '../../../kit/actor.ts';
import { multilineText } from '../../../kit/text.ts';

export const PermissionName = z.enum(permissions).meta({ id: 'Permission' });

/** Each once, in whatever order. */
export const PermissionNames = z
  .array(PermissionName)
  .max(permissions.length)
  .refine((names) => new Set(names).size === names.length, 'Each permission once');

export const RoleName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,49}$/, 'Lower-case letters, digits and hyphens, beginning with a letter')
  .refine((name) => name !== 'customer', 'Every account is a customer');

export const Role = z
  .object({
    name: z.string(),
    description: z.string(),
    permissions: z.array(z.string()),
    builtIn: z.boolean().describe('Always there, and never changed'),
    version: z.int(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;

export const RoleList = z.object({
  items: z.array(Role.extend({ memberCount: z.int().describe('Accounts that have it') }).meta({ id: 'ListedRole' })),
  permissions: z
    .array(z.object({ name: PermissionName, description: z.string() }))
    .describe('Every permission that there is'),
});
export type RoleList = z.infer<typeof RoleList>;

const description = multilineText(500);

export const CreateRoleInput = z.strictObject({
  name: RoleName,
  description: description.default(''),
  permissions: PermissionNames,
});
export type CreateRoleInput = z.infer<typeof CreateRoleInput>;

export const EditRoleInput = z.strictObject({
  roleName: RoleName,
  version: z.int().min(1).optional().describe('Refused with version_conflict when the role has another one'),
  description: description.optional(),
  permissions: PermissionNames.optional().describe('Replaces all of them'),
});
export type EditRoleInput = z.infer<typeof EditRoleInput>;

export const DeleteRoleInput = z.strictObject({ roleName: RoleName });
export type DeleteRoleInput = z.infer<typeof DeleteRoleInput>;
