import { roles } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { permissionsOfRoles } from '../../../kit/actor.ts';
import { assertHolds } from '../../auth/index.ts';
import { refuse } from '../errors.ts';

/**
 * Locks a role that is to be changed or deleted. Throws `role_not_found`, `role_built_in`, and `permission_not_held`
 * when it has more permissions than the caller.
 */
export async function lockOwnRole(ctx: TxCtx, name: string): Promise<roles.RoleRow> {
  const role = await roles.lockRole(ctx.tx, { name });
  if (role === undefined) throw refuse('role_not_found');
  if (role.builtIn) throw refuse('role_built_in');
  assertHolds(ctx, permissionsOfRoles([role]));
  return role;
}
