import type { staff } from '@cartwright/db';
import { instant } from '../../../kit/clock.ts';
import type { StaffMember } from './schema.ts';

/** A member of staff, or somebody invited, as other staff see them. */
export function toStaffMember({ invitation, status, ...row }: staff.StaffRow): StaffMember {
  return {
    ...row,
    status: status === 'disabled' ? status : 'active',
    invitation: invitation && {
      ...invitation,
      createdAt: instant(invitation.createdAt),
      expiresAt: instant(invitation.expiresAt),
    },
  };
}
