import type { Permission } from '../../../kit/actor.ts';

/** What each permission lets somebody do, as it is shown where roles and keys are made. */
export const permissionCatalog: Record<Permission, string> = {
  'catalog:write': 'See drafts; add and change products, categories and attributes.',
  'catalog:import': 'Import products from files.',
  'reviews:moderate': 'See reviews, approve, reject and answer them.',
  'inventory:write': 'Set the stock of variants.',
  'orders:read': 'See every order.',
  'orders:fulfill': 'Ship orders.',
  'orders:cancel': 'Cancel orders and give their money back.',
  'customers:read': 'See customers, their addresses and what they agreed to.',
  'customers:write': 'Add and change customers and customer groups.',
  'customers:disable': 'Switch accounts of customers off and on.',
  'customers:erase': 'Erase the data of customers.',
  'customers:impersonate': 'See the store as a customer does, without changing anything.',
  'staff:read': 'See staff, invitations and roles.',
  'staff:write': 'Invite staff, give and take roles, switch staff off and on.',
  'roles:write': 'Make, change and delete roles.',
  'api-keys:read': 'See API keys.',
  'api-keys:write': 'Make and revoke API keys.',
  'keys:rotate': 'Rotate the keys that sign access tokens.',
  'audit:read': 'Read the audit log.',
};
