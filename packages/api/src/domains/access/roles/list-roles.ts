import { roles } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { permissions } from '../../../kit/actor.ts';
import { permissionCatalog } from './permission-catalog.ts';
import type { RoleList } from './schema.ts';
import { toRole } from './view.ts';

/** Every role, and every permission that a role can have. */
export async function listRoles(ctx: Ctx): Promise<RoleList> {
  const rows = await roles.listRoles(ctx.db);
  return {
    items: rows.map(toRole),
    permissions: permissions.map((name) => ({ name, description: permissionCatalog[name] })),
  };
}
