import { ADDRESS } from '@cartwright/api/testing/shop';
import { savedPaymentMethods, transaction } from '@cartwright/db';
import type { Matrix } from './rules.ts';
import type { World } from './world.ts';

type CustomerRows = Pick<Matrix, Extract<keyof Matrix, `customer.${string}`>>;

/** The rows of the authorization table about customers. */
export const customerRows: CustomerRows = {
  'customer.profile': { rule: 'account', input: () => ({}) },
  'customer.updateProfile': { rule: 'account', input: () => ({ name: 'Ada Lovelace' }) },
  'customer.addresses': { rule: 'account', input: () => ({}) },
  'customer.createAddress': { rule: 'account', input: () => ({ address: ADDRESS }) },
  'customer.updateAddress': {
    rule: 'own',
    refusal: 'address_not_found',
    input: async (world) => ({ addressId: await ownAddress(world), address: ADDRESS }),
  },
  'customer.deleteAddress': {
    rule: 'own',
    refusal: 'address_not_found',
    input: async (world) => ({ addressId: await ownAddress(world) }),
  },
  'customer.consents': { rule: 'account', input: () => ({}) },
  'customer.setConsent': {
    rule: 'account',
    input: () => ({ channel: 'email', granted: true, textVersion: '2026-01' }),
  },
  'customer.consentHistory': { rule: 'account', input: () => ({}) },
  'customer.paymentMethods': { rule: 'account', input: () => ({}) },
  // The store of the table has no provider that keeps any.
  'customer.addPaymentMethod': {
    rule: 'account',
    answers: 'payment_provider_unavailable',
    input: () => ({ provider: 'stripe', reference: 'pm_1' }),
  },
  'customer.setDefaultPaymentMethod': {
    rule: 'own',
    refusal: 'payment_method_not_found',
    input: async (world) => ({ paymentMethodId: await ownPaymentMethod(world) }),
  },
  'customer.deletePaymentMethod': {
    rule: 'own',
    refusal: 'payment_method_not_found',
    input: async (world) => ({ paymentMethodId: await ownPaymentMethod(world) }),
  },
  'customer.adminList': { rule: 'permission', permission: 'customers:read', input: () => ({}) },
  'customer.adminGet': {
    rule: 'permission',
    permission: 'customers:read',
    input: async (world) => ({ customerId: await ownerId(world) }),
  },
  'customer.adminCreate': {
    rule: 'permission',
    permission: 'customers:write',
    input: (world) => ({ email: `${world.unique('customer')}@example.com` }),
  },
  'customer.adminUpdate': {
    rule: 'permission',
    permission: 'customers:write',
    input: async (world) => ({ customerId: await ownerId(world), name: 'Ada' }),
  },
  'customer.adminConsentHistory': {
    rule: 'permission',
    permission: 'customers:read',
    input: async (world) => ({ customerId: await ownerId(world) }),
  },
  'customer.adminSetConsent': {
    rule: 'permission',
    permission: 'customers:write',
    input: async (world) => ({
      customerId: await ownerId(world),
      channel: 'phone',
      granted: true,
      textVersion: '2026-01',
    }),
  },
  'customer.disable': {
    rule: 'permission',
    permission: 'customers:disable',
    stepUp: true,
    input: async (world) => ({ customerId: await ownerId(world) }),
  },
  'customer.enable': {
    rule: 'permission',
    permission: 'customers:disable',
    stepUp: true,
    input: async (world) => ({ customerId: await ownerId(world) }),
  },
  'customer.groups': { rule: 'permission', permission: 'customers:read', input: () => ({}) },
  'customer.createGroup': {
    rule: 'permission',
    permission: 'customers:write',
    input: (world) => ({ code: world.unique('group'), name: world.unique('Group') }),
  },
  'customer.updateGroup': {
    rule: 'permission',
    permission: 'customers:write',
    input: async (world) => ({ code: await customerGroup(world), description: 'Of the table.' }),
  },
  'customer.deleteGroup': {
    rule: 'permission',
    permission: 'customers:write',
    input: async (world) => ({ code: await customerGroup(world) }),
  },
  'customer.addToGroup': {
    rule: 'permission',
    permission: 'customers:write',
    input: async (world) => ({ code: await customerGroup(world), customerId: await ownerId(world) }),
  },
  'customer.removeFromGroup': {
    rule: 'permission',
    permission: 'customers:write',
    input: async (world) => ({ code: await customerGroup(world), customerId: await ownerId(world) }),
  },
  'customer.impersonate': {
    rule: 'permission',
    permission: 'customers:impersonate',
    stepUp: true,
    input: async (world) => ({ customerId: await ownerId(world), reason: 'They cannot find their order.' }),
  },
  // Only for a token that an impersonation has given out, which no caller of the table has.
  'customer.renewImpersonation': {
    rule: 'account',
    whileImpersonating: true,
    answers: 'forbidden',
    input: () => ({}),
  },
  'customer.endImpersonation': { rule: 'account', whileImpersonating: true, input: () => ({}) },
};

const ownerId = async (world: World): Promise<string> => (await world.account('owner')).id;

function ownAddress(world: World): Promise<string> {
  return world.once('address', async () => {
    const caller = await world.as('owner');
    return (await caller.customer.createAddress({ address: ADDRESS })).id;
  });
}

function ownPaymentMethod(world: World): Promise<string> {
  return world.once('payment method', async () => {
    const { id: userId } = await world.account('owner');
    const { runtime } = world;
    const now = runtime.clock.now();
    const id = runtime.ids.uuid(now);
    const account = { userId, provider: 'stripe', createdAt: now } as const;
    const card = { type: 'card', brand: 'visa', last4: '4242', expiresMonth: 12, expiresYear: 2034, isDefault: true };
    await transaction(runtime.db, async (tx) => {
      await savedPaymentMethods.insertPaymentCustomer(tx, { ...account, reference: `cus_${id}` });
      await savedPaymentMethods.insertSavedPaymentMethod(tx, { ...account, ...card, id, reference: `pm_${id}` });
    });
    return id;
  });
}

function customerGroup(world: World): Promise<string> {
  return world.once('customer group', async () => {
    const caller = await world.as('administrator');
    return (await caller.customer.createGroup({ code: world.unique('group'), name: world.unique('Group') })).code;
  });
}
