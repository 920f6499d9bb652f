import { customerViews, type Reader } from '@cartwright/db';
import { refuse } from '../errors.ts';
import type { Customer } from './schema.ts';
import { customerView } from './view.ts';

/** A customer with groups, addresses, consents and what they bought. Throws `customer_not_found`. */
export async function getCustomer(reader: Reader, { customerId }: { customerId: string }): Promise<Customer> {
  const row = await customerViews.findCustomerDetails(reader, { id: customerId });
  if (!row) throw refuse('customer_not_found');
  return customerView(row);
}
