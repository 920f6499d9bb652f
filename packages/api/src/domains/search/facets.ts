import type { search } from '@cartwright/db';
import { searchDocuments } from '@cartwright/db';
import { money } from '../../kit/money.ts';
import type { FacetCounts, Filters, PriceCounts } from './count-facets.ts';
import type { ParsedFilters } from './parse-filters.ts';
import type { Facet } from './schema.ts';

const { BRAND_NUMBER, CATEGORY_NUMBER } = searchDocuments;

export const facetNumbers = { brand: BRAND_NUMBER, category: CATEGORY_NUMBER };

/** A facet has this many values, and those that are filtered by. */
const MAX_VALUES = 20;

type Value = { id: number; count: number; selected: boolean };

export interface ShownFacets {
  /** One step below the category asked for. */
  categories: Value[];
  brand: Value[];
  /** In order: those filtered by, then those that most of what is found has. */
  attributes: number[];
  values: Map<number, Value[]>;
  /** What has to be named. */
  facetIds: number[];
}

/** Chooses the values to show of what was counted. */
export function idsToName(
  counted: FacetCounts,
  { filters, scope }: { filters: Filters; scope: search.SearchScope },
): ShownFacets {
  const selected = new Set(filters.values.flatMap(({ facetIds }) => [...facetIds]));
  const children = new Set(scope.childFacetIds);
  const listOf = (number: number, keep: (id: number) => boolean = () => true): Value[] =>
    [...(counted.counts.get(number) ?? [])]
      .filter(([id]) => keep(id))
      .map(([id, count]) => ({ id, count, selected: selected.has(id) }))
      .sort((a, b) => b.count - a.count || a.id - b.id)
      .filter((value, index) => index < MAX_VALUES || value.selected);
  const categories = listOf(CATEGORY_NUMBER, (id) => children.has(id));
  const brand = listOf(BRAND_NUMBER);
  const attributes = [...counted.counts.keys()].filter(
    (number) => number !== BRAND_NUMBER && number !== CATEGORY_NUMBER,
  );
  const values = new Map(attributes.map((number) => [number, listOf(number)]));
  const all = [...categories, ...brand, ...[...values.values()].flat()];
  return { categories, brand, attributes, values, facetIds: all.map(({ id }) => id) };
}

interface FacetParts {
  shown: ShownFacets;
  named: search.SearchPage;
  filters: Filters;
  parsed: ParsedFilters;
  currency: string;
  prices: PriceCounts | null;
  ratings: { least: number; count: number }[];
  stock: { in: number; out: number };
}

/** The facets of an answer: category, price, brand, attributes, rating, stock; what has no values is left out. */
export function facetsOf(parts: FacetParts): Facet[] {
  const { shown, named, prices, ratings, stock, parsed, currency } = parts;
  const plain = { unit: null, range: null, histogram: null };
  const labelled = (values: Value[]): Facet['values'] =>
    values
      .flatMap(({ id, count, selected }) => {
        const name = named.values[id];
        return name ? [{ ...name, count, selected }] : [];
      })
      .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
  const facets: Facet[] = [{ code: 'category', name: 'Category', values: labelled(shown.categories), ...plain }];
  if (prices) {
    const amount = (minor: number) => money(minor, currency);
    facets.push({
      code: 'price',
      name: 'Price',
      unit: null,
      values: [],
      range: { min: amount(prices.min), max: amount(prices.max) },
      histogram: prices.buckets.map(({ from, to, count }) => ({ from: amount(from), to: amount(to), count })),
    });
  }
  facets.push({ code: 'brand', name: 'Brand', values: labelled(shown.brand), ...plain });
  for (const number of shown.attributes) {
    const attribute = named.attributes[number];
    if (!attribute) continue;
    const values = labelled(shown.values.get(number) ?? []);
    facets.push({ ...plain, code: attribute.code, name: attribute.name, unit: attribute.unit, values });
  }
  if (ratings.some(({ count }) => count > 0)) {
    const values = ratings.map(({ least, count }) => ({
      value: String(least),
      label: `${least} and up`,
      count,
      selected: parsed.leastRating === least,
    }));
    facets.push({ code: 'rating', name: 'Rating', values, ...plain });
  }
  const stockValues = [
    { value: 'in', label: 'In stock', count: stock.in, selected: parsed.inStock === true },
    { value: 'out', label: 'Out of stock', count: stock.out, selected: parsed.inStock === false },
  ].filter(({ count, selected }) => count > 0 || selected);
  facets.push({ code: 'stock', name: 'Availability', values: stockValues, ...plain });
  return facets.filter(({ code, values }) => code === 'price' || values.length > 0);
}
