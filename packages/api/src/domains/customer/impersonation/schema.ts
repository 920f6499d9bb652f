import { z } from 'zod';
import { text, uuid } from '../../../kit/text.ts';

export const ImpersonateInput = z.strictObject({
  customerId: uuid,
  reason: text(500).min(3).describe('Why; kept in the audit log'),
});
export type ImpersonateInput = z.infer<typeof ImpersonateInput>;

export const Impersonation = z
  .object({
    customerId: z.uuid(),
    accessToken: z.string().describe('Reads what the customer can read and changes nothing'),
    expiresIn: z.int().describe('Seconds until the access token expires'),
    endsAt: z.date().describe('Until then it can be renewed'),
  })
  .meta({ id: 'Impersonation' });
export type Impersonation = z.infer<typeof Impersonation>;
