import type { customerAddresses } from '@cartwright/db';
import type { Address } from '../../../kit/address.ts';
import type { SavedAddress } from './schema.ts';

type Row = Omit<customerAddresses.AddressRow, 'userId' | 'createdAt' | 'updatedAt'>;

/** An address on the wire, such that a checkout accepts it: what it does not have is left out. */
export function addressView(row: Row): SavedAddress {
  const { id, isDefaultShipping, isDefaultBilling, company, line2, region, phone, ...rest } = row;
  const { firstName, lastName, line1, city, postalCode, country } = rest;
  const given = { company, line2, region, phone };
  const optional = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const address = { firstName, lastName, line1, city, postalCode, country, ...optional } as Address;
  return { id, address, isDefaultShipping, isDefaultBilling };
}

/** An address as it is kept. */
export function addressValues(address: Address): customerAddresses.AddressValues {
  const { company = null, line2 = null, region = null, phone = null, ...rest } = address;
  return { ...rest, company, line2, region, phone };
}
