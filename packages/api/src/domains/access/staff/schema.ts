import { z } from 'zod';
import { PageInput } from '../../../kit/page.ts';
import { text, uuid } from '../../../kit/text.ts';
import { EmailAddress } from '../../auth/index.ts';
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

export const InviteStaffInput = z.strictObject({
  email: EmailAddress,
  name: text(200).optional().describe('Of a new account'),
  roles: z
    .array(RoleName)
    .min(1)
    .max(20)
    .refine((names) => new Set(names).size === names.length, 'Each role once'),
});
export type InviteStaffInput = z.infer<typeof InviteStaffInput>;

export const AcceptInvitationInput = z.strictObject({
  token: z.string().min(1).max(500).describe('From the link in the mail'),
  password: z
    .string()
    .max(128)
    .optional()
    .describe('Of a new account: 8 to 128 characters. Any other one is logged in'),
});
export type AcceptInvitationInput = z.infer<typeof AcceptInvitationInput>;

export const StaffIdInput = z.strictObject({ userId: uuid });
export type StaffIdInput = z.infer<typeof StaffIdInput>;

export const StaffRoleInput = z.strictObject({ userId: uuid, roleName: RoleName });
export type StaffRoleInput = z.infer<typeof StaffRoleInput>;
