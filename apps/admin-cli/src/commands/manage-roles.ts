import type { RouterInputs, RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { type Column, table } from '../output/table.ts';
import { connect } from '../session/connect.ts';

type Listed = RouterOutputs['access']['roles'];
type Permission = RouterInputs['access']['createRole']['permissions'][number];

const roleColumns: Column<Listed['items'][number]>[] = [
  { head: 'Role', cell: (role) => role.name },
  { head: 'People', cell: (role) => role.memberCount, align: 'right' },
  { head: 'Permissions', cell: (role) => (role.builtIn ? 'all' : role.permissions.join(' ')), maxWidth: 100 },
  { head: 'Description', cell: (role) => role.description },
];
const permissionColumns: Column<Listed['permissions'][number]>[] = [
  { head: 'Permission', cell: (permission) => permission.name },
  { head: 'Description', cell: (permission) => permission.description, maxWidth: 100 },
];

/** What was typed, as the API's type: it refuses what is no permission, by name. */
export const asPermissions = (names: readonly string[]): Permission[] => names as Permission[];

/** `roles list`. */
export async function listRoles(cli: Cli): Promise<undefined> {
  const { items } = await connect(cli).access.roles.query();
  cli.out(cli.json ? json({ items }) : table(cli, roleColumns, items));
}

/** `roles permissions`. */
export async function listPermissions(cli: Cli): Promise<undefined> {
  const { permissions } = await connect(cli).access.roles.query();
  cli.out(cli.json ? json({ items: permissions }) : table(cli, permissionColumns, permissions));
}

export interface RoleOptions {
  permission?: string[];
  description?: string;
}

/** `roles create`. */
export async function createRole(cli: Cli, name: string, options: RoleOptions): Promise<undefined> {
  const { permission = [], description } = options;
  const input = { name, permissions: asPermissions(permission), ...(description !== undefined && { description }) };
  const role = await connect(cli).access.createRole.mutate(input);
  cli.out(cli.json ? json(role) : `There is a role ${role.name} now, with ${permissionCount(role)}.`);
}

/** `roles edit`. */
export async function editRole(cli: Cli, roleName: string, options: RoleOptions): Promise<undefined> {
  const { permission, description } = options;
  const role = await connect(cli).access.editRole.mutate({
    roleName,
    ...(permission !== undefined && { permissions: asPermissions(permission) }),
    ...(description !== undefined && { description }),
  });
  cli.out(cli.json ? json(role) : `The role ${role.name} has ${permissionCount(role)} now.`);
}

const permissionCount = ({ permissions: { length } }: { permissions: string[] }) =>
  length === 1 ? '1 permission' : `${length} permissions`;

/** `roles delete`. */
export async function deleteRole(cli: Cli, roleName: string): Promise<undefined> {
  await connect(cli).access.deleteRole.mutate({ roleName });
  cli.out(cli.json ? json({ deleted: roleName }) : `There is no role ${roleName} any more.`);
}
