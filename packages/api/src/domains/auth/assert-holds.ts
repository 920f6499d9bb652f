import type { Ctx } from '../../context.ts';
import { type Permission, permissionsMissing, permissionsOf } from '../../kit/actor.ts';
import { refuse } from '../../trpc/errors.ts';

/**
 * Nobody gives, changes or takes away what they may not do themselves. Throws `permission_not_held` (details:
 * permissions).
 */
export function assertHolds({ actor }: Pick<Ctx, 'actor'>, wanted: readonly Permission[]): void {
  const missing = permissionsMissing(permissionsOf(actor), wanted);
  if (missing.length > 0) throw refuse('permission_not_held', { details: { permissions: missing } });
}
