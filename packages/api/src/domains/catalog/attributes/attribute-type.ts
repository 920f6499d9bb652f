import type { catalogAttributes, products } from '@cartwright/db';
import { isUuid, sha256Hex } from '../../../kit/ids.ts';
import { slugify } from '../slug.ts';

export type AttributeType = catalogAttributes.AttributeType;
type Value = products.AttributeValue;

/** What a search calls by these names is not an attribute. */
const RESERVED = new Set(['brand', 'category', 'price']);

const INFERRED: readonly AttributeType[] = ['text', 'integer', 'decimal', 'boolean', 'multi-text'];

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

/** Whether an import makes attributes of the type. */
export function isInferred(type: AttributeType): boolean {
  return INFERRED.includes(type);
}

/** The narrowest type that holds the values of both. */
export function widen(a: AttributeType, b: AttributeType): AttributeType {
  if (a === b) return a;
  if (a === 'multi-text' || b === 'multi-text') return 'multi-text';
  const numbers: AttributeType[] = ['integer', 'decimal'];
  return numbers.includes(a) && numbers.includes(b) ? 'decimal' : 'text';
}

/** Whether a value may be written by hand to an attribute of the type, whose options have these codes. */
export function fits(type: AttributeType, value: Value, optionCodes: readonly string[] = []): boolean {
  switch (type) {
    case 'text':
    case 'long-text':
      return typeof value === 'string';
    case 'integer':
      return Number.isSafeInteger(value);
    case 'decimal':
      return Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'date':
      return typeof value === 'string' && isDate(value);
    case 'enum':
    case 'color':
      return typeof value === 'string' && optionCodes.includes(value);
    case 'multi-enum':
      return isDistinct(value) && value.every((each) => optionCodes.includes(each));
    case 'reference':
      return typeof value === 'string' && isUuid(value);
    case 'multi-text':
      return Array.isArray(value);
  }
}

/** Whether a required attribute is given by it. */
export function isGiven(value: Value | undefined): boolean {
  return value !== undefined && (typeof value === 'object' ? value.length > 0 : value !== '');
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether it is a day of the calendar, as `2026-02-28`. */
function isDate(text: string): boolean {
  const [, year, month, day] = (DATE.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return year > 0 && days !== undefined && day >= 1 && day <= days;
}

function isDistinct(value: Value): value is string[] {
  return Array.isArray(value) && new Set(value).size === value.length;
}
