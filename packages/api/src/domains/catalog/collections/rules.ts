import { z } from 'zod';
import { currencyCode, text } from '../../../kit/text.ts';

/** As of a price: whatever is dearer is a mistake. */
const MAX_PRICE_MINOR = 1_000_000_000_000;
const MAX_DAYS = 3650;

const oneOf = (max: number) => z.array(text(max)).min(1).max(100);
const tags = z.array(text(60).trim().toLowerCase()).min(1).max(100);
const amount = z.int().min(0).max(MAX_PRICE_MINOR).optional();
const number = z.number().min(-1e15).max(1e15).optional();
const withinDays = z.int().min(1).max(MAX_DAYS);

const Condition = z.discriminatedUnion('field', [
  z
    .strictObject({ field: z.literal('category'), in: oneOf(200).describe('Slugs or ids; what is below is included') })
    .meta({ id: 'CollectionCategoryCondition' }),
  z
    .strictObject({ field: z.literal('brand'), in: oneOf(200).describe('Names, slugs or ids') })
    .meta({ id: 'CollectionBrandCondition' }),
  z.strictObject({ field: z.literal('tag'), in: tags }).meta({ id: 'CollectionTagCondition' }),
  z
    .strictObject({
      field: z.literal('kind'),
      in: z
        .array(z.enum(['physical', 'digital', 'bundle']))
        .min(1)
        .max(3),
    })
    .meta({ id: 'CollectionKindCondition' }),
  z
    .strictObject({ field: z.literal('rating'), atLeast: z.number().min(0.1).max(5).multipleOf(0.1) })
    .meta({ id: 'CollectionRatingCondition' }),
  z
    .strictObject({
      field: z.literal('attribute'),
      code: text(200),
      in: z
        .array(z.union([text(1000), z.number(), z.boolean()]))
        .min(1)
        .max(100)
        .optional(),
      min: number,
      max: number,
    })
    .meta({ id: 'CollectionAttributeCondition' }),
  z
    .strictObject({
      field: z.literal('price'),
      currency: currencyCode,
      min: amount.describe('Minor units, included; of the lowest price of its variants'),
      max: amount.describe('Minor units, included'),
    })
    .meta({ id: 'CollectionPriceCondition' }),
  z
    .strictObject({ field: z.literal('title'), contains: text(200).describe('In any case') })
    .meta({ id: 'CollectionTitleCondition' }),
  z
    .strictObject({ field: z.enum(['created', 'published']), withinDays: withinDays.describe('Of 24 hours') })
    .meta({ id: 'CollectionAgeCondition' }),
]);
export type Condition = z.infer<typeof Condition>;

/** What is wrong with one condition by itself, or with two of which all must hold: where, and why. */
interface Fault {
  path: (string | number)[];
  message: string;
}

/** Which products a collection has: those for which all or any of the conditions hold. */
export const CollectionRules = z
  .strictObject({ match: z.enum(['all', 'any']), conditions: z.array(Condition).min(1).max(20) })
  .superRefine((rules, ctx) => {
    for (const { path, message } of faultsOf(rules)) {
      ctx.addIssue({ code: 'custom', path: ['conditions', ...path], message, input: rules });
    }
  })
  .meta({ id: 'CollectionRules' });
export type CollectionRules = z.infer<typeof CollectionRules>;

function faultsOf({ match, conditions }: { match: 'all' | 'any'; conditions: readonly Condition[] }): Fault[] {
  const faults = conditions.flatMap((condition, index) =>
    faultsOfOne(condition).map(({ path, message }) => ({ path: [index, ...path], message })),
  );
  if (faults.length > 0) return faults;
  return conditions.flatMap((condition, index) => {
    const before = conditions.slice(0, index);
    const twin = before.findIndex((other) => JSON.stringify(other) === JSON.stringify(condition));
    if (twin >= 0) return [{ path: [index], message: `The same as condition ${twin}` }];
    if (match === 'any') return [];
    const opposite = before.findIndex((other) => excludes(other, condition));
    return opposite < 0 ? [] : [{ path: [index], message: `Never holds together with condition ${opposite}` }];
  });
}

function faultsOfOne(condition: Condition): Fault[] {
  if ('in' in condition && condition.in !== undefined) {
    const values: readonly unknown[] = condition.in;
    const again = values.findIndex((value, index) => values.indexOf(value) !== index);
    if (again >= 0) return [{ path: ['in', again], message: 'Is in the list already' }];
  }
  if (condition.field !== 'attribute' && condition.field !== 'price') return [];
  const ranged = condition.min !== undefined || condition.max !== undefined;
  if (condition.field === 'attribute' && ranged === (condition.in !== undefined)) {
    return [{ path: [], message: 'Either values, or a range with min, max or both' }];
  }
  if (!ranged && condition.field === 'price') return [{ path: [], message: 'A range has min, max or both' }];
  const { min, max } = condition;
  return min !== undefined && max !== undefined && min > max ? [{ path: ['max'], message: 'Is less than min' }] : [];
}

/** Whether no product can satisfy both. */
function excludes(a: Condition, b: Condition): boolean {
  if (a.field === 'brand' && b.field === 'brand') return disjoint(a.in, b.in);
  if (a.field === 'kind' && b.field === 'kind') return disjoint(a.in, b.in);
  if (a.field === 'price' && b.field === 'price') return a.currency === b.currency && apart(a, b);
  // One with values can be of an attribute that has several.
  if (a.field === 'attribute' && b.field === 'attribute') return a.code === b.code && !a.in && !b.in && apart(a, b);
  return false;
}

const disjoint = (a: readonly string[], b: readonly string[]) => !a.some((value) => b.includes(value));

type Range = { min?: number | undefined; max?: number | undefined };
const apart = (a: Range, b: Range) =>
  (a.max ?? Number.POSITIVE_INFINITY) < (b.min ?? Number.NEGATIVE_INFINITY) ||
  (b.max ?? Number.POSITIVE_INFINITY) < (a.min ?? Number.NEGATIVE_INFINITY);
