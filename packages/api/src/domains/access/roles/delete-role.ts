import { roles } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { lockOwnRole } from './lock-own-role.ts';
import type { DeleteRoleInput } from './schema.ts';

/**
 * Deletes a role that nobody has. Throws `role_not_found`, `role_built_in`, `permission_not_held`, and `role_in_use`
 * (details: members, invitations).
 */
export function deleteRole(ctx: Ctx, { roleName: name }: DeleteRoleInput): Promise<void> {
  return inTransaction(ctx, async (txCtx) => {
    const { tx } = txCtx;
    const { permissions } = await lockOwnRole(txCtx, name);
    // Whoever is given the role at this moment waits for our lock on it.
    const holders = await roles.countRoleHolders(tx, { name });
    if (holders.members + holders.invitations > 0) throw refuse('role_in_use', { details: { ...holders } });
    await roles.deleteRole(tx, { name });
    await audit(txCtx, { action: 'role.deleted', target: `role:${name}`, detail: { permissions } });
  });
}
