import type { roles } from '@cartwright/db';
import { permissionsOfRoles } from '../../../kit/actor.ts';
import type { Role } from './schema.ts';

/** A role with what it amounts to in this release. */
export function toRole<Row extends roles.RoleRow>(row: Row): Row & Role {
  return { ...row, permissions: [...permissionsOfRoles([row])] };
}
