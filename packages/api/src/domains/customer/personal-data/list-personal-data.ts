import {
  customerAddresses,
  customerGroups,
  customers,
  impersonations,
  marketingConsents,
  type Reader,
  savedPaymentMethods,
} from '@cartwright/db';
import { MAX_ADDRESSES } from '../addresses/schema.ts';
import { addressView } from '../addresses/view.ts';
import { MAX_PAYMENT_METHODS } from '../payment-methods/schema.ts';

/** Far more than anybody has; an export has an end all the same. */
const MAX_ROWS = 10_000;

/** All that this slice keeps of a person, as they may have it. Undefined when there is no such account. */
export async function listPersonalData(reader: Reader, { userId }: { userId: string }) {
  const profile = await customers.findProfile(reader, { userId });
  if (!profile) return undefined;
  const addresses = await customerAddresses.listAddresses(reader, { userId, limit: MAX_ADDRESSES });
  const consents = await marketingConsents.listConsents(reader, { userId, after: null, limit: MAX_ROWS });
  const groups = await customerGroups.listGroupsOfCustomer(reader, { userId });
  const methods = await savedPaymentMethods.listSavedPaymentMethods(reader, { userId, limit: MAX_PAYMENT_METHODS });
  const seen = await impersonations.listImpersonations(reader, { customerId: userId, limit: MAX_ROWS });
  return {
    profile,
    addresses: addresses.map(({ createdAt, updatedAt, ...row }) => ({ ...addressView(row), createdAt, updatedAt })),
    consents: consents.map(({ userId: _userId, actor: _actor, ...consent }) => consent),
    groups,
    paymentMethods: methods.map(({ userId: _userId, ...method }) => method),
    /** When staff looked at the store as this customer; who they are is theirs. */
    seenByStaff: seen.map(({ startedAt, expiresAt, endedAt }) => ({ startedAt, endedAt: endedAt ?? expiresAt })),
  };
}
