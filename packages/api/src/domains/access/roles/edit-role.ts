import { roles } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { assertVersion } from '../../../kit/version.ts';
import { assertHolds } from '../../auth/index.ts';
import { lockOwnRole } from './lock-own-role.ts';
import type { EditRoleInput, Role } from './schema.ts';
import { toRole } from './view.ts';

/**
 * Changes what is given; whoever has the role can do what it now says within five seconds. Throws `role_not_found`,
 * `role_built_in`, `version_conflict` (details: current), and `permission_not_held` unless the caller may do all that
 * the role allows before and after.
 */
export function editRole(ctx: Ctx, input: EditRoleInput): Promise<Role> {
  const { roleName: name, version } = input;
  return inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    const before = toRole(await lockOwnRole(txCtx, name));
    assertVersion(version, before);
    const { description = before.description, permissions = before.permissions } = input;
    if (input.permissions) assertHolds(txCtx, input.permissions);
    const role = await roles.saveRole(tx, { name, description, permissions, now });
    const detail = { permissions: { from: before.permissions, to: permissions } };
    await audit(txCtx, { action: 'role.edited', target: `role:${name}`, detail });
    return toRole(role);
  });
}
