import { catalogAttributes, categories, collections, type Reader, store } from '@cartwright/db';
import { inputIssue } from '../../../trpc/errors.ts';
import type { CollectionRules, Condition } from './rules.ts';

const NUMBERS = new Set(['integer', 'decimal']);

/**
 * The rules with categories and brands by id, so that a new name or slug changes nothing. What the store does not have is refused with
 * `invalid_input` and the pointer to it below `/rules`.
 */
export async function resolveRules(reader: Reader, rules: CollectionRules): Promise<CollectionRules> {
  const ids = await categoryIds(reader, rules);
  const brands = await brandIds(reader, rules);
  const types = await attributeTypes(reader, rules);
  const currencies = new Set((await store.findStore(reader))?.currencies.map(({ code }) => code));
  const conditions = rules.conditions.map((condition, index): Condition => {
    const at = (path: string) => `/rules/conditions/${index}/${path}`;
    switch (condition.field) {
      case 'category': {
        const resolved = condition.in.map((key, n) => {
          const id = ids.get(key);
          if (id === undefined) throw inputIssue(at(`in/${n}`), 'The store has no such category');
          return id;
        });
        return { ...condition, in: [...new Set(resolved)] };
      }
      case 'brand': {
        const resolved = condition.in.map((key, n) => {
          const id = brands.get(key);
          if (id === undefined) throw inputIssue(at(`in/${n}`), 'The store has no such brand');
          return id;
        });
        return { ...condition, in: [...new Set(resolved)] };
      }
      case 'attribute': {
        const type = types.get(condition.code);
        if (type === undefined) throw inputIssue(at('code'), 'The store has no attribute of this code');
        const odd = condition.in?.findIndex((value) => typeof value !== kindOf(type)) ?? -1;
        if (odd >= 0) throw inputIssue(at(`in/${odd}`), `Values of this attribute are a ${kindOf(type)}`);
        if (!condition.in && !NUMBERS.has(type)) throw inputIssue(at('code'), 'Only numbers have ranges');
        return condition;
      }
      case 'price':
        if (!currencies.has(condition.currency)) {
          throw inputIssue(at('currency'), 'The store does not sell in this currency');
        }
        return condition;
      default:
        return condition;
    }
  });
  return { match: rules.match, conditions };
}

const kindOf = (type: string) => (NUMBERS.has(type) ? 'number' : type === 'boolean' ? 'boolean' : 'string');

async function categoryIds(reader: Reader, rules: CollectionRules): Promise<Map<string, string>> {
  const keys = rules.conditions.flatMap((each) => (each.field === 'category' ? each.in : []));
  if (keys.length === 0) return new Map();
  const found = await categories.listCategoriesByKey(reader, { keys });
  // A slug may look like another category's id: the id is meant.
  return new Map([
    ...found.map((row) => [row.slug, row.id] as const),
    ...found.map((row) => [row.id, row.id] as const),
  ]);
}

async function brandIds(reader: Reader, rules: CollectionRules): Promise<Map<string, string>> {
  const keys = rules.conditions.flatMap((each) => (each.field === 'brand' ? each.in : []));
  if (keys.length === 0) return new Map();
  const found = await collections.listBrandsByKey(reader, { keys });
  const by = (of: (brand: { id: string; slug: string; name: string }) => string) =>
    found.map((brand) => [of(brand), brand.id] as const);
  return new Map([...by(({ slug }) => slug), ...by(({ name }) => name), ...by(({ id }) => id)]);
}

async function attributeTypes(reader: Reader, rules: CollectionRules): Promise<Map<string, string>> {
  const codes = rules.conditions.flatMap((each) => (each.field === 'attribute' ? [each.code] : []));
  if (codes.length === 0) return new Map();
  const found = await catalogAttributes.listAttributes(reader, { codes });
  return new Map(found.map(({ code, type }) => [code, type]));
}
