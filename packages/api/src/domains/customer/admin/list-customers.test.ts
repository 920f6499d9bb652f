import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiAs, type CustomerApi, refusalOf } from '../../../testing/customer-calls.ts';
import { administrator, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';

interface Person {
  id: string;
  email: string;
  name: string | null;
  phone: string | null;
  status: string;
  createdAt: Date;
  groups: string[];
  staff: boolean;
}

type Search = Parameters<CustomerApi['adminList']>[0];

const FIRST = [
  'Ada',
  'Ádám',
  'Jean-Luc',
  'Søren',
  'Łucja',
  'O’Neil',
  "O'Brien",
  '李',
  'Иван',
  'Ωμέγα',
  'ADAM',
  'Straße',
];
const LAST = [
  'Lovelace',
  'Müller',
  '雷',
  'Петров',
  'de la Cruz',
  '100%',
  'a_b',
  'Ada',
  'Ｗｉｄｅ',
  'Back\\slash',
  'Zoë',
];
const LOCALS = ['ada', 'a_da', 'a%da', 'adb', 'zoe', 'ünal', 'a\\b', 'adá'];
const PHONES = ['+491701234567', '+4930123456', '01701234567', '+390612345', '4567', null];
const GROUPS = ['wholesale', 'vip', 'empty'];
const COUNT = 500;

let runtime: TestRuntime;
let people: Person[];
let api: CustomerApi;

beforeAll(async () => {
  runtime = await makeTestRuntime();
  api = apiAs(runtime, administrator('00000000-0000-7000-8000-0000000000aa'));
  people = generatePeople();
  await insertPeople(people);
});
afterAll(() => runtime.dispose());

function pick<T>(values: readonly T[], index: number): T {
  return values[index % values.length] as T;
}

/** Always the same ones; each property has a cycle of its own. */
function generatePeople(): Person[] {
  const start = runtime.clock.now().getTime();
  return Array.from({ length: COUNT }, (_, i) => {
    const createdAt = new Date(start + Math.floor(i / 3) * 3_600_000);
    const last = i % 13 === 0 ? '' : ` ${pick(LAST, i * 5)}`;
    return {
      id: runtime.ids.uuid(createdAt),
      email: `${pick(LOCALS, i)}${i}@example.com`,
      name: i % 17 === 0 ? null : `${pick(FIRST, i * 7)}${last}`,
      phone: pick(PHONES, i * 3 + Math.floor(i / 7)),
      status: pick(['active', 'active', 'disabled', 'active', 'erased'], i),
      createdAt,
      groups: [...(i % 4 === 0 ? ['wholesale'] : []), ...(i % 50 === 7 ? ['vip'] : [])],
      staff: i % 19 === 5,
    };
  });
}

async function insertPeople(rows: readonly Person[]): Promise<void> {
  const { databaseUrl } = runtime;
  const json = [JSON.stringify(rows)];
  const from = `from jsonb_to_recordset($1::jsonb) as p (id uuid, email text, name text, phone text, status text,
    "createdAt" timestamptz, groups text[], staff boolean)`;
  await querySql(
    databaseUrl,
    `insert into users (id, email, name, phone, status, created_at, updated_at)
     select id, email, name, phone, status, "createdAt", "createdAt" ${from}`,
    json,
  );
  await querySql(
    databaseUrl,
    `insert into user_roles (user_id, role_name, granted_at) select id, 'administrator', now() ${from} where staff`,
    json,
  );
  const group = 'insert into customer_groups (code, name, created_at, updated_at) values ($1, $1, now(), now())';
  for (const code of GROUPS) await querySql(databaseUrl, group, [code]);
  await querySql(
    databaseUrl,
    `insert into customer_group_members (group_code, user_id, added_at)
     select g, id, now() ${from} cross join unnest(groups) g`,
    json,
  );
}

const LATIN: Record<string, string> = { ß: 'ss', ø: 'o', ł: 'l' };

/** Words without case and accents, the slow way. */
function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[ßøł]/g, (letter) => LATIN[letter] ?? letter)
    .replace(/\p{Script=Latin}/gu, (letter) => letter.normalize('NFD').replace(/\p{M}/gu, ''));
  return plain.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

/** What the search must find, the newest first. */
function bruteForce(search: Search): string[] {
  const words = search.name === undefined ? undefined : wordsOf(search.name);
  const digits = search.phone?.replace(/\D/g, '').replace(/^0+/, '');
  return people
    .filter((person) => {
      const names = wordsOf(person.name ?? '');
      return (
        person.status !== 'erased' &&
        !person.staff &&
        (search.email === undefined || person.email.startsWith(search.email.toLowerCase())) &&
        (words === undefined || (words.length > 0 && words.every((word) => names.some((n) => n.startsWith(word))))) &&
        (digits === undefined || (person.phone ?? '').endsWith(digits)) &&
        (search.group === undefined || person.groups.includes(search.group)) &&
        (search.status === undefined || person.status === search.status) &&
        (search.createdFrom === undefined || person.createdAt >= search.createdFrom) &&
        (search.createdBefore === undefined || person.createdAt < search.createdBefore)
      );
    })
    .map(({ id }) => id)
    .sort()
    .reverse();
}

/** Every page, one after the other. */
async function all(search: Search, limit = 100): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.adminList({ ...search, limit, ...(cursor && { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return ids;
}

const hours = (count: number) => new Date(Date.parse('2026-03-01T12:00:00.000Z') + count * 3_600_000);

const SEARCHES: [string, Search][] = [
  ['nothing', {}],
  ['the beginning of an address', { email: 'ada' }],
  ['the beginning of an address in capitals', { email: 'ADA1' }],
  ['a whole address', { email: 'zoe4@example.com' }],
  ['an underscore, which is one', { email: 'a_' }],
  ['a percent sign, which is one', { email: 'a%' }],
  ['a percent sign alone', { email: '%' }],
  ['a backslash', { email: 'a\\' }],
  ['an address with an umlaut', { email: 'Ün' }],
  ['the middle of an address', { email: 'example' }],
  ['a word of a name', { name: 'ada' }],
  ['a word with an accent that the name lacks', { name: 'ádám' }],
  ['a letter', { name: 'l' }],
  ['two words in another order', { name: 'love ad' }],
  ['a part of a double name', { name: 'luc' }],
  ['a name with a hyphen', { name: 'jean-l' }],
  ['an apostrophe of either kind', { name: "o'neil" }],
  ['a sharp s, written out', { name: 'strasse' }],
  ['letters with strokes, written without', { name: 'soren mu' }],
  ['a Polish letter', { name: 'LUCJA' }],
  ['Chinese', { name: '李' }],
  ['Chinese, both words', { name: '雷 李' }],
  ['Cyrillic', { name: 'ПЕТ' }],
  ['Greek', { name: 'ωμ' }],
  ['wide letters', { name: 'wide' }],
  ['the inside of a word', { name: 'ovelace' }],
  ['a percent sign in a name', { name: '100%' }],
  ['nothing but signs', { name: '%_\\' }],
  ['signs of the query language', { name: "a & b | !c:* <-> 'd'" }],
  ['a number with its country', { phone: '+49 170 123-4567' }],
  ['a number as it is dialled at home', { phone: '0170 1234567' }],
  ['its end', { phone: '4567' }],
  ['its beginning only', { phone: '49170' }],
  ['a group', { group: 'wholesale' }],
  ['a small group', { group: 'vip' }],
  ['an empty group', { group: 'empty' }],
  ['a group that is not there', { group: 'nobody' }],
  ['those who can log in', { status: 'active' }],
  ['those who cannot', { status: 'disabled' }],
  ['a time on', { createdFrom: hours(100) }],
  ['a time before', { createdBefore: hours(20) }],
  ['a span of an hour', { createdFrom: hours(30), createdBefore: hours(31) }],
  ['everything at once', { email: 'a', name: 'a', phone: '4567', group: 'wholesale', status: 'active' }],
  ['a group of a time', { group: 'wholesale', createdFrom: hours(10), createdBefore: hours(90), name: 'ad' }],
];

describe('searching customers', () => {
  test.each(SEARCHES)('by %s finds what looking at every one of them finds', async (_name, search) => {
    expect(await all(search)).toEqual(bruteForce(search));
  });

  test('the searches find something, or nothing on purpose', () => {
    const found = SEARCHES.filter(([, search]) => bruteForce(search).length > 0).length;
    expect(found).toBeGreaterThanOrEqual(35);
  });

  test.each([1, 7, 100])(
    'in pages of %i visits each exactly once, also when customers are added meanwhile',
    async (limit) => {
      const wanted = { email: 'ada', status: 'active' } as const;
      const expected = bruteForce(wanted);
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await api.adminList({ ...wanted, limit, ...(cursor && { cursor }) });
        ids.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
        const late = new Date('2030-01-01T00:00:00.000Z');
        const id = runtime.ids.uuid(late);
        await querySql(
          runtime.databaseUrl,
          `insert into users (id, email, created_at, updated_at) values ($1::uuid, 'ada' || $1::uuid || '@late.example', $2, $2)`,
          [id, late],
        );
      } while (cursor);
      expect(ids).toEqual(expected);
      await querySql(runtime.databaseUrl, `delete from users where email like '%@late.example'`);
    },
  );

  test('shows a line of each, with groups, in one statement', async () => {
    const [first] = bruteForce({ group: 'vip' });
    const person = people.find(({ id }) => id === first);
    runtime.takeStatements();
    const { items } = await api.adminList({ group: 'vip', limit: 1 });
    expect(runtime.takeStatements()).toHaveLength(1);
    expect(items).toEqual([
      {
        id: person?.id,
        email: person?.email,
        emailVerified: false,
        name: person?.name,
        phone: person?.phone,
        status: person?.status,
        groups: person?.groups,
        createdAt: person?.createdAt,
      },
    ]);
  });

  test.each([
    ['three digits', { phone: '0123' }],
    ['a phone of letters', { phone: 'abcd' }],
    ['an empty address', { email: '' }],
    ['a status that customers of a list do not have', { status: 'erased' }],
    ['a page of nothing', { limit: 0 }],
    ['a page of too many', { limit: 101 }],
    ['a cursor of another list', { cursor: Buffer.from('["orders","x"]').toString('base64url') }],
    ['a cursor that is none', { cursor: 'zzz' }],
  ])('refuses %s', async (_name, search) => {
    expect((await refusalOf(api.adminList(search as Search))).code).toMatch(/^(invalid_input|cursor_invalid)$/);
  });
});

describe('the indexes of the search', () => {
  /** How the database would look for it if walking through all rows were no choice. */
  async function planOf(condition: string): Promise<string> {
    const { databaseUrl } = runtime;
    const url = `${databaseUrl}?options=-c%20enable_seqscan%3Doff`;
    const rows = await querySql(url, `explain (costs off) select id from users u where ${condition}`);
    return JSON.stringify(rows);
  }

  test.each([
    ['users_email_prefix_idx', `u.email ~>=~ 'ada' and u.email ~<~ 'adb'`],
    ['users_name_words_idx', `name_words(u.name) @@ name_query('ada')`],
    ['users_phone_end_idx', `u.phone is not null and reverse(u.phone) ~>=~ '76' and reverse(u.phone) ~<~ '77'`],
  ])('%s serves its condition', async (index, condition) => {
    expect(await planOf(condition)).toContain(index);
  });
});
