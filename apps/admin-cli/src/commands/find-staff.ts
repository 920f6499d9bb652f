import type { CartwrightClient } from '@cartwright/client';
import { CliError } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { findInPages } from './find-in-pages.ts';
import { isUuid } from './values.ts';

/** The id of a member of staff, or of somebody invited, by their email address or id. Throws not found. */
export async function findStaffId(client: CartwrightClient, emailOrId: string): Promise<string> {
  if (isUuid(emailOrId)) return emailOrId.toLowerCase();
  const email = emailOrId.trim().toLowerCase();
  const member = await findInPages(
    (page) => client.access.staff.query(page),
    (each) => each.email === email,
  );
  if (member !== undefined) return member.id;
  throw new CliError(`${emailOrId} is not of the staff.`, { code: 'not_found', exitCode: exitCodes.noInput });
}
