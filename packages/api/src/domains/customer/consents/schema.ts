import { z } from 'zod';
import { PageInput } from '../../../kit/page.ts';
import { text, uuid } from '../../../kit/text.ts';

/** Ways in which marketing reaches somebody, each agreed to by itself. */
export const channels = ['email', 'sms', 'phone', 'post'] as const;
const channel = z.enum(channels);

/** What holds now of one channel. */
export const Consent = z
  .object({
    channel,
    granted: z.boolean(),
    source: z.string().nullable().describe('Where it was said; null when nothing has been said'),
    textVersion: z.string().nullable().describe('The wording that was agreed to'),
    at: z.date().nullable(),
  })
  .meta({ id: 'Consent' });
export type Consent = z.infer<typeof Consent>;

export const ConsentList = z.object({ items: z.array(Consent) }).meta({ id: 'ConsentList' });
export type ConsentList = z.infer<typeof ConsentList>;

const ConsentEvent = z
  .object({
    id: z.uuid(),
    channel,
    action: z.enum(['granted', 'withdrawn']),
    source: z.string(),
    textVersion: z.string().nullable(),
    by: z.string().describe('`customer` or `staff`'),
    at: z.date(),
  })
  .meta({ id: 'ConsentEvent' });

export const ConsentHistory = z
  .object({ items: z.array(ConsentEvent), nextCursor: z.string().nullable() })
  .meta({ id: 'ConsentHistory' });
export type ConsentHistory = z.infer<typeof ConsentHistory>;

const ConsentFields = {
  channel,
  granted: z.boolean(),
  textVersion: text(100).optional().describe('Which wording was agreed to; needed to grant'),
};
const namesText = (input: { granted: boolean; textVersion?: string | undefined }) =>
  !input.granted || input.textVersion !== undefined;
const missing = { path: ['textVersion'], message: 'Which wording was agreed to' };

export const SetConsentInput = z
  .strictObject({ ...ConsentFields, source: z.enum(['account', 'registration', 'checkout']).default('account') })
  .refine(namesText, missing);
export type SetConsentInput = z.infer<typeof SetConsentInput>;

export const AdminSetConsentInput = z.strictObject({ customerId: uuid, ...ConsentFields }).refine(namesText, missing);
export type AdminSetConsentInput = z.infer<typeof AdminSetConsentInput>;

export const ConsentHistoryInput = z.strictObject(PageInput);
export type ConsentHistoryInput = z.infer<typeof ConsentHistoryInput>;

export const AdminConsentHistoryInput = z.strictObject({ customerId: uuid, ...PageInput });
export type AdminConsentHistoryInput = z.infer<typeof AdminConsentHistoryInput>;
