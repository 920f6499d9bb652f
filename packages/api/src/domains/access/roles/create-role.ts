import { roles } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { assertHolds } from '../../auth/index.ts';
import { refuse } from '../errors.ts';
import type { CreateRoleInput, Role } from './schema.ts';
import { toRole } from './view.ts';

/** Makes a role, which nobody has yet. Throws `permission_not_held`, `role_name_taken`. */
export function createRole(ctx: Ctx, { name, description, permissions }: CreateRoleInput): Promise<Role> {
  return inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    assertHolds(txCtx, permissions);
    const role = await roles.insertRole(tx, { name, description, permissions, now });
    if (role === undefined) throw refuse('role_name_taken');
    await audit(txCtx, { action: 'role.created', target: `role:${name}`, detail: { permissions } });
    return toRole(role);
  });
}
