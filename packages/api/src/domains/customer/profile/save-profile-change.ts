import { customers, violatedConstraint } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { assertVersion } from '../../../kit/version.ts';
import { refuse as refuseCatalog } from '../../catalog/index.ts';
import type { UpdateProfileInput } from './schema.ts';

const FIELDS = ['name', 'phone', 'locale', 'currency'] as const;

/**
 * Saves what is given of a locked account's profile and answers the names of the fields that changed; when none does,
 * nothing is written. Throws `version_conflict`, `currency_unknown`.
 */
export async function saveProfileChange(
  { tx, now }: Pick<TxCtx, 'tx' | 'now'>,
  account: customers.LockedCustomer,
  input: UpdateProfileInput,
): Promise<string[]> {
  const { id, version, name, phone, locale, currency } = account;
  const current = { version, name, phone, locale, currency };
  assertVersion(input.version, current);
  const given = FIELDS.filter((field) => input[field] !== undefined && input[field] !== account[field]);
  if (given.length === 0) return [];
  const changes = Object.fromEntries(given.map((field) => [field, input[field] ?? null]));
  try {
    await customers.saveProfile(tx, { id, name, phone, locale, currency, ...changes, now });
  } catch (error) {
    if (violatedConstraint(error) !== 'users_currency_fkey') throw error;
    throw refuseCatalog('currency_unknown', { details: { currency: input.currency } });
  }
  return given;
}
