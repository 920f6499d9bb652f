import { z } from 'zod';
import { localeCode } from '../../../kit/locale.ts';

export const LocaleList = z.object({
  items: z.array(z.object({ code: z.string().describe('BCP 47'), isDefault: z.boolean() })),
});
export type LocaleList = z.infer<typeof LocaleList>;

export const AddLocaleInput = z.strictObject({
  locale: localeCode,
  isDefault: z.boolean().default(false).describe('Makes it the default, also when the store has it already'),
});
export type AddLocaleInput = z.infer<typeof AddLocaleInput>;

export const RemoveLocaleInput = z.strictObject({ locale: localeCode });
export type RemoveLocaleInput = z.infer<typeof RemoveLocaleInput>;
