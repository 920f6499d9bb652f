import type { catalogAttributes, products } from '@cartwright/db';
import { sha256Hex } from '../../../kit/ids.ts';
import { slugify } from '../slug.ts';

export type AttributeType = catalogAttributes.AttributeType;
type Value = products.AttributeValue;

/** What a search calls by these names is not an attribute. */
const RESERVED = new Set(['brand', 'category', 'price']);

/** The code of an attribute's name: the same for names that differ in case, accents and punctuation only. */
export function attributeCode(name: string): string {
  const slug = slugify(name);
  if (slug === '') return `attribute-${sha256Hex(name).slice(0, 12)}`;
  return RESERVED.has(slug) ? `${slug}-attribute` : slug;
}

export function isReservedCode(code: string): boolean {
  return RESERVED.has(code);
}

/** The narrowest type that holds the value. */
export function typeOfValue(value: Value): AttributeType {
  if (Array.isArray(value)) return 'multi-text';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'decimal';
  return 'text';
}

/** The narrowest type that holds the values of both. */
export function widen(a: AttributeType, b: AttributeType): AttributeType {
  if (a === b) return a;
  if (a === 'multi-text' || b === 'multi-text') return 'multi-text';
  const numbers: AttributeType[] = ['integer', 'decimal'];
  return numbers.includes(a) && numbers.includes(b) ? 'decimal' : 'text';
}

/** Whether a value may be written by hand to an attribute of the type. */
export function fits(type: AttributeType, value: Value): boolean {
  return typeOfValue(value) === type || (type === 'decimal' && typeof value === 'number');
}
