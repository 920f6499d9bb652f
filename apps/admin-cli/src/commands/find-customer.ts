import type { CartwrightClient } from '@cartwright/client';
import { CliError } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { isUuid } from './values.ts';

/** The id of a customer by their email address or id. Throws not found. */
export async function findCustomerId(client: CartwrightClient, emailOrId: string): Promise<string> {
  if (isUuid(emailOrId)) return emailOrId.toLowerCase();
  const email = emailOrId.trim().toLowerCase();
  // Found by how it begins; hardly another one begins with a whole address.
  const { items } = email === '' ? { items: [] } : await client.customer.adminList.query({ email, limit: 100 });
  const customer = items.find((each) => each.email === email);
  if (customer !== undefined) return customer.id;
  throw new CliError(`There is no customer ${emailOrId}.`, { code: 'not_found', exitCode: exitCodes.noInput });
}
