import { z } from 'zod';
import { PageInput } from '../../../kit/page.ts';
import { multilineText, text, uuid } from '../../../kit/text.ts';

export const groupCode = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,49}$/, 'A code such as wholesale: lower-case letters, digits and hyphens');

export const CustomerGroup = z
  .object({
    code: z.string(),
    name: z.string(),
    description: z.string(),
    memberCount: z.int(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'CustomerGroup' });
export type CustomerGroup = z.infer<typeof CustomerGroup>;

export const CustomerGroupList = z
  .object({ items: z.array(CustomerGroup), nextCursor: z.string().nullable() })
  .meta({ id: 'CustomerGroupList' });
export type CustomerGroupList = z.infer<typeof CustomerGroupList>;

export const ListGroupsInput = z.strictObject(PageInput);
export type ListGroupsInput = z.infer<typeof ListGroupsInput>;

export const CreateGroupInput = z.strictObject({
  code: groupCode,
  name: text(100),
  description: multilineText(500).optional(),
});
export type CreateGroupInput = z.infer<typeof CreateGroupInput>;

export const UpdateGroupInput = z.strictObject({
  code: groupCode,
  name: text(100).optional(),
  description: multilineText(500).optional(),
});
export type UpdateGroupInput = z.infer<typeof UpdateGroupInput>;

export const GroupCodeInput = z.strictObject({ code: groupCode });

export const GroupMemberInput = z.strictObject({ code: groupCode, customerId: uuid });
export type GroupMemberInput = z.infer<typeof GroupMemberInput>;
