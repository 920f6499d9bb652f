import { z } from 'zod';
import { PageInput } from '../../../kit/page.ts';
import { text, uuid } from '../../../kit/text.ts';

export const AuditLogInput = z.strictObject({
  ...PageInput,
  target: text(200).optional().describe('What it was done to, such as `role:support` or `user:<id>`'),
  actorId: uuid.optional().describe('The account that did it'),
  action: text(100).optional().describe('What was done, such as `role.edited`'),
});
export type AuditLogInput = z.infer<typeof AuditLogInput>;

const AuditEntry = z
  .object({
    id: z.uuid(),
    at: z.date(),
    actor: z.object({ kind: z.string(), userId: z.string().optional(), name: z.string().optional() }),
    action: z.string(),
    target: z.string(),
    detail: z.record(z.string(), z.unknown()),
    requestId: z.string(),
  })
  .meta({ id: 'AuditEntry' });

export const AuditLog = z.object({ items: z.array(AuditEntry), nextCursor: z.string().nullable() });
export type AuditLog = z.infer<typeof AuditLog>;
