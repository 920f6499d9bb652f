import { invalidRequest } from './errors.ts';
import type { Kind } from './objects.ts';
import type { Transaction } from './transaction.ts';

const EXPANDABLE: ReadonlyMap<string, Kind> = new Map([
  ['balance_transaction', 'balance_transaction'],
  ['charge', 'charge'],
  ['customer', 'customer'],
  ['latest_charge', 'charge'],
  ['payment_intent', 'payment_intent'],
  ['payment_method', 'payment_method'],
]);

function notExpandable(path: string): Error {
  return invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
}

function expandPath(tx: Transaction, value: unknown, segments: readonly string[], path: string): unknown {
  const [segment, ...rest] = segments;
  if (segment === undefined || value === null) return value;
  if (typeof value !== 'object') throw notExpandable(path);
  if (Array.isArray(value)) return value.map((member) => expandPath(tx, member, segments, path));
  if (!Object.hasOwn(value, segment)) throw notExpandable(path);
  const members = value as Readonly<Record<string, unknown>>;
  const found = members[segment];
  const kind = EXPANDABLE.get(segment);
  if (found !== null && typeof found !== 'object' && (typeof found !== 'string' || kind === undefined)) {
    throw notExpandable(path);
  }
  const object = typeof found === 'string' && kind !== undefined ? (tx.find(kind, found) ?? found) : found;
  return { ...members, [segment]: expandPath(tx, object, rest, path) };
}

/**
 * Replaces ids by the objects they name, for each of `expand[]`.
 *
 * @throws ApiError 400 for a path that names nothing expandable.
 */
export function expandAll(tx: Transaction, object: object, paths: readonly string[]): object {
  let expanded: unknown = object;
  for (const path of paths) {
    const segments = path.split('.');
    if (segments.length > 4) throw invalidRequest('You cannot expand more than 4 levels of a property.');
    expanded = expandPath(tx, expanded, segments, path.slice(0, 100));
  }
  return expanded as object;
}
