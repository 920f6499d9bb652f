import { roles } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { permissionsOfRoles } from '../../../kit/actor.ts';
import { assertHolds } from '../../auth/index.ts';
import { refuse } from '../errors.ts';

/**
 * Locks roles that are to be given, so that they are what was checked. Throws `role_unknown` (details: role),
 * `permission_not_held` when they allow more than the caller may do.
 */
export async function assertMayGive(ctx: TxCtx, names: readonly string[]): Promise<void> {
  const found = await roles.lockRolesToGive(ctx.tx, { names });
  const unknown = names.find((name) => !found.some((role) => role.name === name));
  if (unknown !== undefined) throw refuse('role_unknown', { details: { role: unknown } });
  assertHolds(ctx, permissionsOfRoles(found));
}
