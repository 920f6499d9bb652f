import { appRouter } from '@cartwright/api';
import { customer, makeCtx } from '@cartwright/api/testing';
import { openAccount, TEST_PASSWORD } from '@cartwright/api/testing/accounts';
import { createAuthenticator } from '@cartwright/api/testing/authenticator';
import { createTestProduct } from '@cartwright/api/testing/catalog-factories';
import { takeMailsAbout, tokenIn } from '@cartwright/api/testing/mailbox';
import { beginTestUpload, uploadTestPicture } from '@cartwright/api/testing/pictures';
import { ADDRESS, checkoutInput, guestCart } from '@cartwright/api/testing/shop';
import { querySql } from '@cartwright/db/testing';
import { attributeRows } from './authz/attribute-rows.ts';
import { brandRows } from './authz/brand-rows.ts';
import { categoryRows } from './authz/category-rows.ts';
import { customerRows } from './authz/customer-rows.ts';
import type { Matrix } from './authz/rules.ts';
import type { Caller, World } from './authz/world.ts';

/**
 * The authorization table: every procedure, its rule, and one valid call of it. `authz.test.ts` asserts every procedure
 * × everybody of `authz/rules.ts` over tRPC and REST; a procedure without a row does not compile.
 *
 * Adding a row:
 * 1. Find the rule in `authz/rules.ts`: `public`, `capability` (of a cart or an order: its owner or whoever holds its
 *    token), `account` (about the caller alone), `own` (the input names a thing of the owner's account; `refusal` is the
 *    404 that everybody else gets), `permission`. Say `stepUp` and `whileImpersonating` where the procedure's meta does.
 * 2. Give an `input` that succeeds for whoever is allowed. It gets a `world` (`authz/world.ts`): `world.account('owner')`
 *    is the customer to whom things belong, `world.cart('owner')` and `world.order('guest')` are made on first use,
 *    `world.unique()` draws a name. A new kind of thing is made in the row by `world.once('address', async () => …)`, or
 *    in a function beside it when several rows need it. Allowed mutations have a world of their own, so an order that
 *    is cancelled here is nobody else's.
 * 3. Where a request cannot be made that succeeds (a passkey's answer needs an authenticator), `answers` is the code
 *    that callers get whom the rule lets through.
 * 4. Nested objects and lists that this input leaves out are in `authz/whole-inputs.ts`, and what a new field names is
 *    said in `authz/id-fields.ts`: `mass-assignment.test.ts` and `foreign-ids.test.ts` ask for both.
 */
export const matrix: Matrix = {
  'auth.register': {
    rule: 'public',
    input: (world) => ({ email: `${world.unique('new')}@example.com`, password: TEST_PASSWORD }),
  },
  'auth.login': {
    rule: 'public',
    input: async (world) => ({ email: (await world.account('other')).email, password: TEST_PASSWORD }),
  },
  'auth.refresh': {
    rule: 'public',
    input: async (world) => ({ refreshToken: (await world.account('other')).refreshToken }),
  },
  'auth.logout': { rule: 'public', whileImpersonating: true, input: () => ({}) },
  'auth.me': { rule: 'account', input: () => ({}) },
  'auth.sessions': { rule: 'account', input: () => ({}) },
  'auth.revokeSession': {
    rule: 'own',
    refusal: 'not_found',
    input: async (world) => ({ sessionId: await ownSession(world) }),
  },
  'auth.revokeOtherSessions': { rule: 'account', input: () => ({}) },
  'auth.logoutEverywhere': { rule: 'account', input: () => ({}) },
  'auth.listSigningKeys': { rule: 'permission', permission: 'keys:rotate', input: () => ({}) },
  'auth.rotateSigningKeys': { rule: 'permission', permission: 'keys:rotate', stepUp: true, input: () => ({}) },

  'account.resendVerification': {
    rule: 'public',
    input: async (world) => ({ email: (await world.account('other')).email }),
  },
  'account.verifyEmail': {
    rule: 'public',
    input: async (world) => ({
      token: await linkOf(world, (caller, email) => caller.resendVerification({ email })),
    }),
  },
  'account.forgotPassword': {
    rule: 'public',
    input: async (world) => ({ email: (await world.account('other')).email }),
  },
  'account.resetPassword': {
    rule: 'public',
    input: async (world) => ({
      token: await linkOf(world, (caller, email) => caller.forgotPassword({ email })),
      password: 'another password in a test',
    }),
  },
  'account.changePassword': {
    rule: 'account',
    input: () => ({ currentPassword: TEST_PASSWORD, newPassword: 'another password in a test' }),
  },
  'account.changeEmail': {
    rule: 'account',
    stepUp: true,
    input: (world) => ({ email: `${world.unique('moved')}@example.com` }),
  },
  'account.exportData': { rule: 'account', stepUp: true, input: () => ({}) },
  'account.deleteAccount': { rule: 'account', stepUp: true, input: () => ({}) },
  'account.eraseCustomer': {
    rule: 'permission',
    permission: 'customers:erase',
    stepUp: true,
    input: async ({ runtime }) => ({ customerId: (await openAccount(runtime)).id }),
  },
  'account.confirmEmailChange': {
    rule: 'public',
    input: async (world) => {
      const email = `${world.unique('moved')}@example.com`;
      return { token: await linkOf(world, (caller) => caller.changeEmail({ email })) };
    },
  },

  'access.roles': { rule: 'permission', permission: 'staff:read', input: () => ({}) },
  'access.createRole': {
    rule: 'permission',
    permission: 'roles:write',
    stepUp: true,
    input: (world) => ({ name: world.unique('role'), permissions: ['roles:write'] }),
  },
  'access.editRole': {
    rule: 'permission',
    permission: 'roles:write',
    stepUp: true,
    input: async (world) => ({ roleName: await unusedRole(world), description: 'Nobody has it.' }),
  },
  'access.deleteRole': {
    rule: 'permission',
    permission: 'roles:write',
    stepUp: true,
    input: async (world) => ({ roleName: await unusedRole(world) }),
  },
  'access.staff': { rule: 'permission', permission: 'staff:read', input: () => ({}) },
  'access.staffMember': {
    rule: 'permission',
    permission: 'staff:read',
    input: async (world) => ({ userId: (await world.account('administrator')).id }),
  },
  'access.inviteStaff': {
    rule: 'permission',
    permission: 'staff:write',
    stepUp: true,
    input: async (world) => ({ email: `${world.unique('invited')}@example.com`, roles: [await unusedRole(world)] }),
  },
  'access.resendInvitation': {
    rule: 'permission',
    permission: 'staff:write',
    stepUp: true,
    input: async (world) => ({ userId: (await invited(world)).id }),
  },
  'access.revokeInvitation': {
    rule: 'permission',
    permission: 'staff:write',
    input: async (world) => ({ userId: (await invited(world)).id }),
  },
  'access.acceptInvitation': {
    rule: 'public',
    input: async (world) => {
      // Cells run side by side, so another one may have sent it too.
      const [mail] = await takeMailsAbout(world.runtime, (await invited(world)).id);
      return { token: tokenIn(mail ? [mail] : []), password: TEST_PASSWORD };
    },
  },
  'access.grantRole': {
    rule: 'permission',
    permission: 'staff:write',
    stepUp: true,
    input: async (world) => ({ userId: await colleague(world), roleName: await unusedRole(world) }),
  },
  'access.revokeRole': {
    rule: 'permission',
    permission: 'staff:write',
    stepUp: true,
    input: async (world) => ({ userId: await colleague(world), roleName: 'only-staff-write' }),
  },
  'access.disableStaff': {
    rule: 'permission',
    permission: 'staff:write',
    stepUp: true,
    input: async (world) => ({ userId: await colleague(world) }),
  },
  'access.enableStaff': {
    rule: 'permission',
    permission: 'staff:write',
    stepUp: true,
    input: async (world) => ({ userId: await colleague(world) }),
  },
  'access.apiKeys': { rule: 'permission', permission: 'api-keys:read', input: () => ({}) },
  'access.createApiKey': {
    rule: 'permission',
    permission: 'api-keys:write',
    stepUp: true,
    input: () => ({ name: 'Warehouse', permissions: ['api-keys:write'] }),
  },
  'access.revokeApiKey': {
    rule: 'permission',
    permission: 'api-keys:write',
    input: async (world) => ({ apiKeyId: await someKey(world) }),
  },
  'access.auditLog': { rule: 'permission', permission: 'audit:read', input: () => ({}) },

  'secondFactor.complete': {
    rule: 'public',
    input: () => ({ challenge: 'of no log-in', code: '123456' }),
    answers: 'login_challenge_invalid',
  },
  'secondFactor.loginOptions': {
    rule: 'public',
    input: () => ({ challenge: 'of no log-in' }),
    answers: 'login_challenge_invalid',
  },
  'secondFactor.passkeyOptions': { rule: 'public', input: () => ({}) },
  'secondFactor.passkeyLogin': {
    rule: 'public',
    input: () => ({
      passkey: {
        ...CREDENTIAL,
        response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA', userHandle: 'AA' },
      },
    }),
    answers: 'passkey_invalid',
  },
  'secondFactor.list': { rule: 'account', input: () => ({}) },
  'secondFactor.beginTotp': { rule: 'account', stepUp: true, input: () => ({}) },
  'secondFactor.confirmTotp': { rule: 'account', input: () => ({ code: '123456' }), answers: 'totp_not_pending' },
  'secondFactor.removeTotp': { rule: 'account', stepUp: true, input: () => ({}), answers: 'not_found' },
  'secondFactor.regenerateRecoveryCodes': {
    rule: 'account',
    stepUp: true,
    input: () => ({}),
    answers: 'second_factor_not_set_up',
  },
  'secondFactor.registrationOptions': { rule: 'account', stepUp: true, input: () => ({}) },
  'secondFactor.registerPasskey': {
    rule: 'account',
    stepUp: true,
    input: () => ({
      name: 'Phone',
      passkey: { ...CREDENTIAL, response: { clientDataJSON: 'e30', attestationObject: 'AA' } },
    }),
    answers: 'passkey_not_accepted',
  },
  'secondFactor.renamePasskey': {
    rule: 'own',
    refusal: 'not_found',
    input: async (world) => ({ passkeyId: await ownPasskey(world), name: 'Old phone' }),
  },
  'secondFactor.removePasskey': {
    rule: 'own',
    stepUp: true,
    refusal: 'not_found',
    input: async (world) => ({ passkeyId: await ownPasskey(world) }),
  },
  'secondFactor.stepUpOptions': { rule: 'account', input: () => ({}) },
  'secondFactor.stepUp': { rule: 'account', input: () => ({ code: '123456' }), answers: 'second_factor_invalid' },
  'secondFactor.resetCustomer': {
    rule: 'permission',
    permission: 'customers:write',
    stepUp: true,
    input: async (world) => ({ userId: (await world.account('other')).id }),
  },
  'secondFactor.resetStaff': {
    rule: 'permission',
    permission: 'staff:write',
    stepUp: true,
    input: async (world) => ({ userId: await colleague(world) }),
  },

  'social.providers': { rule: 'public', input: () => ({}) },
  // Both begin with what a provider's answer was turned into.
  'social.requestSignUpCode': {
    rule: 'public',
    answers: 'sign_up_invalid',
    input: (world) => ({ signUp: 'x', email: `${world.unique('new')}@example.com` }),
  },
  'social.signUp': {
    rule: 'public',
    answers: 'sign_up_invalid',
    input: (world) => ({ signUp: 'x', email: `${world.unique('new')}@example.com`, code: '00000000' }),
  },
  'social.list': { rule: 'account', input: () => ({}) },
  'social.beginLink': { rule: 'account', stepUp: true, input: () => ({ provider: 'oidc' }) },
  // The proof is made of a provider's answer.
  'social.link': { rule: 'account', answers: 'link_ticket_invalid', input: () => ({ linkProof: 'x' }) },
  'social.unlink': {
    rule: 'own',
    refusal: 'not_found',
    stepUp: true,
    input: async (world) => ({ identityId: await identity(world) }),
  },

  ...brandRows,
  ...categoryRows,
  ...attributeRows,
  'catalog.products': { rule: 'public', input: () => ({}) },
  'catalog.product': { rule: 'public', input: ({ product }) => ({ slug: product.slug }) },
  'catalog.related': { rule: 'public', input: ({ product }) => ({ slug: product.slug }) },
  'catalog.relations': {
    rule: 'permission',
    permission: 'catalog:write',
    input: ({ product }) => ({ productId: product.id }),
  },
  'catalog.setRelations': {
    rule: 'permission',
    permission: 'catalog:write',
    input: ({ product }) => ({ productId: product.id, kind: 'related', products: [] }),
  },
  'catalog.collections': { rule: 'public', input: () => ({}) },
  'catalog.collection': { rule: 'public', input: async (world) => ({ slug: await collection(world) }) },
  'catalog.adminCollections': { rule: 'permission', permission: 'catalog:write', input: () => ({}) },
  'catalog.adminCollection': {
    rule: 'permission',
    permission: 'catalog:write',
    input: async (world) => ({ collection: await collection(world) }),
  },
  'catalog.collectionProducts': {
    rule: 'permission',
    permission: 'catalog:write',
    input: async (world) => ({ collection: await collection(world) }),
  },
  'catalog.previewCollection': {
    rule: 'permission',
    permission: 'catalog:write',
    input: () => ({ rules: { match: 'all', conditions: [{ field: 'title', contains: 'kettle' }] } }),
  },
  'catalog.createCollection': {
    rule: 'permission',
    permission: 'catalog:write',
    input: (world) => ({ title: world.unique('collection') }),
  },
  'catalog.updateCollection': {
    rule: 'permission',
    permission: 'catalog:write',
    input: async (world) => ({ collection: await ruledCollection(world), title: 'Summer' }),
  },
  'catalog.deleteCollection': {
    rule: 'permission',
    permission: 'catalog:write',
    input: async (world) => ({ collection: await collection(world) }),
  },
  'catalog.addToCollection': {
    rule: 'permission',
    permission: 'catalog:write',
    input: async (world) => ({ collection: await collection(world), products: [world.product.slug] }),
  },
  'catalog.removeFromCollection': {
    rule: 'permission',
    permission: 'catalog:write',
    input: async (world) => ({ collection: await collection(world), products: [world.product.slug] }),
  },
  'catalog.reorderCollection': {
    rule: 'permission',
    permission: 'catalog:write',
    input: async (world) => ({ collection: await collection(world), products: [world.product.slug] }),
  },
  'catalog.createProduct': {
    rule: 'permission',
    permission: 'catalog:write',
    input: (world) => ({ title: world.unique('kettle'), variants: [{ sku: world.unique('kettle') }] }),
  },
  'catalog.updateProduct': {
    rule: 'permission',
    permission: 'catalog:write',
    input: ({ product }) => ({ productId: product.id, brand: 'Cartwright' }),
  },
  'catalog.generateVariants': {
    rule: 'permission',
    permission: 'catalog:write',
    input: ({ product }) => ({ productId: product.id }),
  },
  'catalog.adminProduct': {
    rule: 'permission',
    permission: 'catalog:write',
    input: ({ product }) => ({ productId: product.id }),
  },
  'catalog.adminProducts': { rule: 'permission', permission: 'catalog:write', input: () => ({}) },
  'catalog.startImport': {
    rule: 'permission',
    permission: 'catalog:import',
    input: (world) => ({ kind: 'products', sourceHash: world.unique('file') }),
  },
  'catalog.importBatch': {
    rule: 'permission',
    permission: 'catalog:import',
    input: async (world) => ({
      jobId: await importJob(world),
      batch: 0,
      firstRow: 1,
      rows: [{ id: world.unique(), title: 'Kettle' }],
    }),
  },
  'catalog.finishImport': {
    rule: 'permission',
    permission: 'catalog:import',
    input: async (world) => ({ jobId: await importJob(world) }),
  },

  'catalog.exportProducts': { rule: 'permission', permission: 'catalog:write', input: () => ({}) },
  'catalog.imports': { rule: 'permission', permission: 'catalog:import', input: () => ({}) },
  'catalog.import': {
    rule: 'permission',
    permission: 'catalog:import',
    input: async (world) => ({ jobId: await importJob(world) }),
  },

  'media.createUpload': {
    rule: 'permission',
    permission: 'catalog:write',
    input: () => ({ contentType: 'image/png', bytes: 1000, fileName: 'kettle.png' }),
  },
  'media.completeUpload': {
    rule: 'permission',
    permission: 'catalog:write',
    input: async (world) => ({ uploadId: await world.once('upload', () => beginTestUpload(world.runtime)) }),
  },
  'media.list': { rule: 'permission', permission: 'catalog:write', input: () => ({}) },
  'media.get': {
    rule: 'permission',
    permission: 'catalog:write',
    input: async (world) => ({ mediaId: await picture(world) }),
  },
  'media.update': {
    rule: 'permission',
    permission: 'catalog:write',
    input: async (world) => ({ mediaId: await picture(world), alt: 'A kettle' }),
  },
  'media.delete': {
    rule: 'permission',
    permission: 'catalog:write',
    input: async (world) => ({ mediaId: await picture(world) }),
  },
  'media.sweeps': { rule: 'permission', permission: 'catalog:write', input: () => ({}) },

  'review.list': { rule: 'public', input: ({ product }) => ({ slug: product.slug }) },
  'review.write': {
    rule: 'account',
    input: ({ product }) => ({ slug: product.slug, rating: 5, title: 'Good', text: 'Very good.', displayName: 'Ada' }),
  },
  'review.mine': { rule: 'account', input: () => ({}) },
  'review.edit': {
    rule: 'own',
    refusal: 'review_not_found',
    input: async (world) => ({ reviewId: await ownReview(world), rating: 4 }),
  },
  'review.delete': {
    rule: 'own',
    refusal: 'review_not_found',
    input: async (world) => ({ reviewId: await ownReview(world) }),
  },
  'review.adminList': { rule: 'permission', permission: 'reviews:moderate', input: () => ({}) },
  'review.moderate': {
    rule: 'permission',
    permission: 'reviews:moderate',
    input: async (world) => ({ reviewIds: [await ownReview(world)], decision: 'approved' }),
  },
  'review.reply': {
    rule: 'permission',
    permission: 'reviews:moderate',
    input: async (world) => ({ reviewId: await ownReview(world), text: 'Thank you!' }),
  },

  'search.products': { rule: 'public', input: () => ({ q: 'product' }) },
  'search.suggest': { rule: 'public', input: () => ({ q: 'pro' }) },
  'search.synonyms': { rule: 'permission', permission: 'catalog:write', input: () => ({}) },
  'search.createSynonym': {
    rule: 'permission',
    permission: 'catalog:write',
    input: () => ({ terms: ['kettle', 'boiler'] }),
  },
  'search.deleteSynonym': {
    rule: 'permission',
    permission: 'catalog:write',
    input: async (world) => ({ synonymId: await synonym(world) }),
  },
  'search.stopWords': { rule: 'permission', permission: 'catalog:write', input: () => ({}) },
  'search.setStopWords': {
    rule: 'permission',
    permission: 'catalog:write',
    input: () => ({ locale: 'en', words: ['cheap'] }),
  },
  'search.rules': { rule: 'permission', permission: 'catalog:write', input: () => ({}) },
  'search.createRule': { rule: 'permission', permission: 'catalog:write', input: () => ({ name: 'Kettles first' }) },
  'search.updateRule': {
    rule: 'permission',
    permission: 'catalog:write',
    input: async (world) => ({ ruleId: await searchRule(world), name: 'Kettles first' }),
  },
  'search.deleteRule': {
    rule: 'permission',
    permission: 'catalog:write',
    input: async (world) => ({ ruleId: await searchRule(world) }),
  },
  'search.queries': { rule: 'permission', permission: 'catalog:write', input: () => ({}) },
  'search.rebuild': { rule: 'permission', permission: 'catalog:write', input: () => ({}) },

  'inventory.setStock': {
    rule: 'permission',
    permission: 'inventory:write',
    input: ({ product }) => ({ variantId: product.variantId, onHand: 2_000_000 }),
  },

  'cart.create': { rule: 'public', input: () => ({ currency: 'EUR' }) },
  'cart.get': {
    rule: 'capability',
    refusal: 'cart_not_found',
    thing: (world, of) => world.cart(of),
    input: async (world, of) => ({ cartId: (await world.cart(of)).id }),
  },
  'cart.addItem': {
    rule: 'capability',
    refusal: 'cart_not_found',
    thing: (world, of) => world.cart(of),
    input: async (world, of) => ({
      cartId: (await world.cart(of)).id,
      variantId: world.product.variantId,
      quantity: 1,
    }),
  },
  'cart.updateItem': {
    rule: 'capability',
    refusal: 'cart_not_found',
    thing: (world, of) => world.cart(of),
    input: async (world, of) => {
      const { id: cartId, itemId } = await world.cart(of);
      return { cartId, itemId, quantity: 3 };
    },
  },
  'cart.removeItem': {
    rule: 'capability',
    refusal: 'cart_not_found',
    thing: (world, of) => world.cart(of),
    input: async (world, of) => {
      const { id: cartId, itemId } = await world.cart(of);
      return { cartId, itemId };
    },
  },

  'shipping.methods': {
    rule: 'capability',
    refusal: 'cart_not_found',
    thing: (world, of) => world.cart(of),
    input: async (world, of) => ({ cartId: (await world.cart(of)).id, country: 'DE' }),
  },

  'checkout.place': {
    rule: 'capability',
    refusal: 'cart_not_found',
    thing: (world, of) => world.cart(of),
    input: async (world, of) => ({
      cartId: (await world.cart(of)).id,
      email: 'ada@example.com',
      shippingAddress: ADDRESS,
      shippingMethodId: world.shop.standardShippingId,
      payment: { provider: 'manual' },
    }),
  },
  'checkout.complete': {
    rule: 'capability',
    refusal: 'order_not_found',
    thing: (world, of) => world.order(of),
    input: async (world, of) => ({ orderId: (await world.order(of)).id }),
  },

  'order.list': { rule: 'account', input: () => ({}) },
  'order.claimable': { rule: 'account', input: () => ({}) },
  'order.claim': {
    rule: 'own',
    refusal: 'order_not_found',
    input: async (world) => ({ orderIds: [await guestOrderOfOwner(world)] }),
  },
  'order.get': {
    rule: 'capability',
    refusal: 'order_not_found',
    thing: (world, of) => world.order(of),
    input: async (world, of) => ({ orderId: (await world.order(of)).id }),
  },
  'order.adminList': { rule: 'permission', permission: 'orders:read', input: () => ({}) },
  'order.adminGet': {
    rule: 'permission',
    permission: 'orders:read',
    input: async (world) => ({ orderId: (await world.order('owner')).id }),
  },
  'order.fulfill': {
    rule: 'permission',
    permission: 'orders:fulfill',
    input: async (world) => ({ orderId: (await world.order('owner')).id }),
  },
  'order.cancel': {
    rule: 'permission',
    permission: 'orders:cancel',
    input: async (world) => ({ orderId: (await world.order('owner')).id }),
  },

  ...customerRows,
};

/** A role without permissions, which anybody may change or give who may change or give any. */
function unusedRole(world: World): Promise<string> {
  return world.once('unused role', async () => {
    const caller = await world.as('administrator');
    return (await caller.access.createRole({ name: world.unique('role'), permissions: [] })).name;
  });
}

async function invited(world: World): Promise<{ id: string; email: string }> {
  const caller = await world.as('administrator');
  const email = `${world.unique('invited')}@example.com`;
  return caller.access.inviteStaff({ email, roles: [await unusedRole(world)] });
}

/** A member of staff who may do no more than write staff, so that whoever may do that manages them. */
function colleague(world: World): Promise<string> {
  return world.once(
    'colleague',
    async () => (await openAccount(world.runtime, { roleNames: ['only-staff-write'] })).id,
  );
}

const CREDENTIAL = { id: 'AA', rawId: 'AA', type: 'public-key' } as const;

function ownPasskey(world: World): Promise<string> {
  return world.once('passkey', async () => {
    const caller = await world.as('owner');
    const passkey = createAuthenticator().create(await caller.secondFactor.registrationOptions());
    return (await caller.secondFactor.registerPasskey({ name: 'Phone', passkey })).passkey.id;
  });
}

function someKey(world: World): Promise<string> {
  return world.once('key', async () => {
    const caller = await world.as('administrator');
    return (await caller.access.createApiKey({ name: 'Old', permissions: ['api-keys:write'] })).apiKey.id;
  });
}

async function ownSession(world: World): Promise<string> {
  await world.account('owner');
  const { items } = await (await world.as('owner')).auth.sessions();
  return items[0]?.id ?? '';
}

/** Placed without an account, with the address of the owner's. */
function guestOrderOfOwner(world: World): Promise<string> {
  return world.once('guest order of owner', async () => {
    const { email } = await world.account('owner');
    const { runtime, product, shop } = world;
    const { cart, ctx } = await guestCart(runtime, [{ variantId: product.variantId, quantity: 1 }]);
    return (await appRouter.createCaller(ctx).checkout.place(checkoutInput(shop, cart, { email }))).order.id;
  });
}

function identity(world: World): Promise<string> {
  return world.once('identity', async () => {
    const { id: userId } = await world.account('owner');
    const [row] = await querySql<{ id: string }>(
      world.runtime.databaseUrl,
      `insert into identities (id, provider, subject, user_id, created_at)
       values (gen_random_uuid(), 'google', $2, $1, now()) returning id`,
      [userId, `person ${userId}`],
    );
    return row?.id ?? '';
  });
}

function picture(world: World): Promise<string> {
  return world.once('picture', async () => (await uploadTestPicture(world.runtime)).id);
}

// Made anew for each cell: deleting one takes it away.
async function synonym(world: World): Promise<string> {
  const caller = await world.as('administrator');
  return (await caller.search.createSynonym({ terms: ['kettle', 'boiler'] })).id;
}

async function searchRule(world: World): Promise<string> {
  const caller = await world.as('administrator');
  return (await caller.search.createRule({ name: 'Kettles first' })).id;
}

function importJob(world: World): Promise<string> {
  return world.once('import', async () => {
    const caller = await world.as('administrator');
    return (await caller.catalog.startImport({ kind: 'products', sourceHash: world.unique('file') })).jobId;
  });
}

/** Has a link sent for a new account, and takes its token out of the mail. */
async function linkOf(
  { runtime }: World,
  ask: (caller: Caller['account'], email: string) => Promise<unknown>,
): Promise<string> {
  const { id, email, sessionId } = await openAccount(runtime, { verified: false });
  await ask(appRouter.createCaller(makeCtx(runtime, { actor: customer(id, sessionId) })).account, email);
  return tokenIn(await takeMailsAbout(runtime, id));
}

/** The slug of an active collection whose products are chosen by hand. */
function collection(world: World): Promise<string> {
  return world.once('collection', async () => {
    const { catalog } = await world.as('administrator');
    return (await catalog.createCollection({ title: world.unique('collection'), status: 'active' })).slug;
  });
}

/** The slug of a collection whose products are chosen by rules. */
function ruledCollection(world: World): Promise<string> {
  return world.once('collection with rules', async () => {
    const { catalog } = await world.as('administrator');
    const rules = { match: 'all' as const, conditions: [{ field: 'title' as const, contains: 'kettle' }] };
    return (await catalog.createCollection({ title: world.unique('collection'), rules })).slug;
  });
}

/** The owner's review of a product of its own. */
function ownReview(world: World): Promise<string> {
  return world.once('review', async () => {
    const { slug } = await createTestProduct(world.runtime);
    const { review } = await world.as('owner');
    return (await review.write({ slug, rating: 3, text: 'Fair.', displayName: 'Ada' })).id;
  });
}
