import { z } from 'zod';
import { PageInput } from '../../../kit/page.ts';
import { uuid } from '../../../kit/text.ts';
import { RoleName } from '../roles/schema.ts';

export const StaffMember = z
  .object({
    id: z.uuid(),
    email: z.string(),
    name: z.string().nullable(),
    status: z.enum(['active', 'disabled']),
    roles: z.array(z.string()),
    invitation: z
      .object({
        roles: z.array(z.string()).describe('What accepting it gives'),
        invitedBy: z.object({ id: z.uuid(), email: z.string() }),
        createdAt: z.date(),
        expiresAt: z.date(),
      })
      .nullable()
      .describe('Sent and not accepted'),
    createdAt: z.date(),
  })
  .meta({ id: 'StaffMember' });
export type StaffMember = z.infer<typeof StaffMember>;

export const StaffList = z.object({ items: z.array(StaffMember), nextCursor: z.string().nullable() });
export type StaffList = z.infer<typeof StaffList>;

export const ListStaffInput = z.strictObject({
  ...PageInput,
  role: RoleName.optional().describe('Only those who have this role or are invited to it'),
});
export type ListStaffInput = z.infer<typeof ListStaffInput>;

export const StaffIdInput = z.strictObject({ userId: uuid });
export type StaffIdInput = z.infer<typeof StaffIdInput>;

export const StaffRoleInput = z.strictObject({ userId: uuid, roleName: RoleName });
export type StaffRoleInput = z.infer<typeof StaffRoleInput>;
