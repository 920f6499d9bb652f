import { type Reader, staff } from '@cartwright/db';
import { refuse } from '../errors.ts';
import type { StaffMember } from './schema.ts';
import { toStaffMember } from './view.ts';

/** One member of staff, or somebody invited. Throws `staff_not_found`, for customers too. */
export async function findStaffMember(reader: Reader, { userId }: { userId: string }): Promise<StaffMember> {
  const [row] = await staff.listStaff(reader, { userId, roleName: null, afterId: null, limit: 1 });
  if (row === undefined) throw refuse('staff_not_found');
  return toStaffMember(row);
}
