import { type ApiError, invalidRequest } from './errors.ts';
import type { PaymentIntent } from './objects.ts';
import { integer, list, object, optional, required, text } from './params.ts';

/** Parameters of `GET /v1/payment_intents/search`. */
export const searchParams = object({
  expand: optional(list(text(200), 20)),
  limit: optional(integer({ min: 1, max: 100 })),
  page: optional(text(20)),
  query: required(text(1_000)),
});

/** What `searchParams` yields. */
export type SearchParams = ReturnType<typeof searchParams>;

type Test = (intent: PaymentIntent) => boolean;

const CLAUSE =
  /(-?)(?:metadata\[(?:"([^"]*)"|'([^']*)')\]|([a-z_]+))\s*(:|~|>=|<=|>|<)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|-?\d{1,15}|null)\s*/y;
const JOIN = /(AND|OR|and|or)\s+/y;

const TEXT_FIELDS: ReadonlySet<string> = new Set(['currency', 'customer', 'status']);
const NUMBER_FIELDS: ReadonlySet<string> = new Set(['amount', 'created']);

function unparsable(query: string): ApiError {
  return invalidRequest(
    `We were unable to parse your search query. Try using the format "metadata['key']:'value'" (got: ${query.slice(0, 100)}).`,
    { param: 'query' },
  );
}

function unquote(value: string): string | null {
  if (value === 'null') return null;
  return /^['"]/.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
}

function textTest(read: (intent: PaymentIntent) => string | null, operator: string, wanted: string | null): Test {
  if (operator === '~') return (intent) => read(intent)?.includes(wanted ?? '') ?? false;
  return (intent) => read(intent) === wanted;
}

function numberTest(field: 'amount' | 'created', operator: string, wanted: number): Test {
  return (intent) => {
    const found = intent[field];
    if (operator === '>') return found > wanted;
    if (operator === '>=') return found >= wanted;
    if (operator === '<') return found < wanted;
    return operator === '<=' ? found <= wanted : found === wanted;
  };
}

function clauseTest(match: RegExpExecArray, query: string): Test {
  const [, negated, doubleKey, singleKey, field = '', operator = ':', raw = ''] = match;
  const key = doubleKey ?? singleKey;
  const wanted = unquote(raw);
  let test: Test;
  if (key !== undefined && (operator === ':' || operator === '~')) {
    test = textTest(
      ({ metadata }) => (Object.hasOwn(metadata, key) ? (metadata[key] ?? null) : null),
      operator,
      wanted,
    );
  } else if (TEXT_FIELDS.has(field) && operator === ':') {
    test = textTest((intent) => intent[field as 'currency' | 'customer' | 'status'], operator, wanted);
  } else if (NUMBER_FIELDS.has(field) && operator !== '~' && wanted !== null && /^-?\d+$/.test(wanted)) {
    test = numberTest(field as 'amount' | 'created', operator, Number(wanted));
  } else {
    throw unparsable(query);
  }
  return negated === '-' ? (intent) => !test(intent) : test;
}

/**
 * Compiles a query such as `metadata['order']:'7' AND status:'succeeded'`.
 *
 * @throws ApiError 400 when it cannot be parsed or mixes AND with OR.
 */
function compileQuery(query: string): Test {
  const tests: Test[] = [];
  const joins = new Set<string>();
  let position = query.length - query.trimStart().length;
  for (;;) {
    CLAUSE.lastIndex = position;
    const clause = CLAUSE.exec(query);
    if (clause === null) throw unparsable(query);
    tests.push(clauseTest(clause, query));
    position = CLAUSE.lastIndex;
    if (position === query.length) break;
    JOIN.lastIndex = position;
    const join = JOIN.exec(query);
    // Stripe joins by AND when nothing stands between two clauses.
    joins.add((join?.[1] ?? 'AND').toUpperCase());
    if (join !== null) position = JOIN.lastIndex;
  }
  if (joins.size > 1) throw unparsable(query);
  return joins.has('OR')
    ? (intent) => tests.some((test) => test(intent))
    : (intent) => tests.every((test) => test(intent));
}

/** Searches PaymentIntents given oldest first. Unlike Stripe's, the index is never behind. */
export function searchIntents(oldestFirst: readonly PaymentIntent[], params: SearchParams): object {
  const found = oldestFirst.filter(compileQuery(params.query)).reverse();
  const start = Number(params.page ?? 0);
  if (!Number.isSafeInteger(start) || start < 0) throw invalidRequest('Invalid page.', { param: 'page' });
  const end = start + (params.limit ?? 10);
  const more = end < found.length;
  return {
    object: 'search_result',
    data: found.slice(start, end),
    has_more: more,
    next_page: more ? String(end) : null,
    url: '/v1/payment_intents/search',
  };
}
