import { z } from 'zod';
import { localeCode } from '../../../kit/locale.ts';
import { text, uuid } from '../../../kit/text.ts';

const query = text(200).regex(/\S/, 'Not only spaces').describe('Compared in lower case with single spaces');
const terms = z
  .array(text(100))
  .min(2)
  .max(50)
  .describe('Words or several words; of a one-way synonym the first finds the rest');

export const Synonym = z
  .object({ id: z.uuid(), locale: z.string().nullable(), terms: z.array(z.string()), oneWay: z.boolean() })
  .meta({ id: 'Synonym' });
export type Synonym = z.infer<typeof Synonym>;
export const SynonymList = z.object({ items: z.array(Synonym) });

export const CreateSynonymInput = z.strictObject({
  locale: localeCode.nullable().optional().describe('Every locale unless given'),
  terms,
  oneWay: z.boolean().default(false),
});
export type CreateSynonymInput = z.infer<typeof CreateSynonymInput>;

export const SynonymInput = z.strictObject({ synonymId: uuid });
export type SynonymInput = z.infer<typeof SynonymInput>;

export const SearchRuleInput = z.strictObject({ ruleId: uuid });
export type SearchRuleInput = z.infer<typeof SearchRuleInput>;

export const StopWords = z.object({ items: z.array(z.object({ locale: z.string(), words: z.array(z.string()) })) });
export type StopWords = z.infer<typeof StopWords>;

export const SetStopWordsInput = z.strictObject({
  locale: localeCode,
  words: z.array(text(100)).max(1000).describe('All there are to be of the locale'),
});
export type SetStopWordsInput = z.infer<typeof SetStopWordsInput>;

const boost = z.strictObject({
  code: text(200).describe('brand, or the code of a filterable attribute'),
  value: text(200),
  factor: z.number().min(0.01).max(100).describe('How many times as much such a product counts'),
});

const ruleFields = {
  name: text(200),
  query: query.nullable().default(null).describe('Every query unless given'),
  match: z.enum(['exact', 'contains']).default('exact'),
  pinned: z.array(uuid).max(100).default([]).describe('Products that come first, in this order, whatever the words'),
  hidden: z.array(uuid).max(100).default([]).describe('Products that are left out'),
  boosts: z.array(boost).max(50).default([]),
  active: z.boolean().default(true),
};

export const SearchRule = z
  .object({ id: z.uuid(), ...ruleFields, query: z.string().nullable() })
  .meta({ id: 'SearchRule' });
export type SearchRule = z.infer<typeof SearchRule>;
export const SearchRuleList = z.object({ items: z.array(SearchRule) });

export const CreateSearchRuleInput = z.strictObject(ruleFields);
export type CreateSearchRuleInput = z.infer<typeof CreateSearchRuleInput>;
export const UpdateSearchRuleInput = z.strictObject({ ruleId: uuid, ...ruleFields });
export type UpdateSearchRuleInput = z.infer<typeof UpdateSearchRuleInput>;

export const QueryReportInput = z.strictObject({
  days: z.int().min(1).max(400).default(30),
  onlyNothing: z.boolean().default(false).describe('Only what found nothing, the most frequent first'),
  limit: z.int().min(1).max(500).default(100),
});
export type QueryReportInput = z.infer<typeof QueryReportInput>;

export const QueryReport = z.object({
  items: z.array(
    z
      .object({
        locale: z.string(),
        query: z.string(),
        asked: z.int(),
        foundNothing: z.int(),
        total: z.int().describe('Matches of the last day it was asked'),
      })
      .meta({ id: 'QueryCount' }),
  ),
});
export type QueryReport = z.infer<typeof QueryReport>;
