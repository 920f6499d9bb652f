import { type RawBuilder, sql } from 'kysely';
import { cardsOf, type ListedProduct } from './catalog.ts';
import { WHOLE_STORE } from './catalog-projections.ts';
import { sqlOf } from './handle.ts';
import { prepared } from './prepared.ts';
import { CATEGORY_FACET } from './search-documents.ts';
import type { Reader } from './types.ts';

/** A word of a query as it is compared. */
export interface QueryStem {
  stem: string;
  /** What stands for it in a packed document. */
  word: number;
  /** Documents that hold it, as of the last count. */
  documents: number;
}

export interface SearchRule {
  id: string;
  /** Documents, in the order wanted. */
  pinned: number[];
  hidden: number[];
  boosts: { facetIds: number[]; factor: number }[];
}

/** What a request means to the database. */
export interface SearchScope {
  /** The locale of the store that is closest to the one asked for. */
  locale: string;
  currencyKnown: boolean;
  /** From 1, in the order of the store's currencies. */
  currencyNumber: number;
  /** The category of the slug; null when there is none. */
  category: { id: string; facetId: number | null; path: { slug: string; name: string }[] } | null;
  /** Facet ids of the categories one step below, or of the roots. */
  childFacetIds: number[];
  /** Per filter, in the order asked: whether it can be filtered by, and the ids of the values there are. */
  filters: { known: boolean; attribute: number; facetIds: number[] }[];
  /** Per word of the query, in order. Stop words of the language or the merchant have no stems. */
  words: QueryStem[][];
  /** Per phrase of the query: it as the text of a tsquery. */
  phrases: string[];
  /** Of the synonyms that apply: per alternative the stems that must all be there. */
  synonyms: { of: string[]; alternatives: QueryStem[][] }[];
  rules: SearchRule[];
  /** Documents of the locale, as of the last count. */
  documents: number;
}

export interface ScopeQuery {
  locale: string;
  categorySlug: string | null;
  currency: string;
  filters: readonly { code: string; values: string[]; range: { min: number | null; max: number | null } | null }[];
  words: readonly string[];
  phrases: readonly string[];
  /** In lower case with single spaces; null without words. */
  text: string | null;
}

const STEMS = (words: RawBuilder<unknown>) => sql`
  select coalesce(json_agg(json_build_object('stem', t.lexeme, 'word', search_word(t.lexeme),
    'documents', coalesce(d.documents, 0)) order by t.positions[1]), '[]')
  from unnest(to_tsvector(search_config(chosen.locale), search_text(${words}))) t
  left join search_words d on d.locale = chosen.locale and d.stem = t.lexeme
`;

const scope = prepared<{ scope: SearchScope }, { query: string }>(
  (value) => {
    const query = value('query');
    const field = (name: string) => sql`(given.query ->> ${sql.lit(name)})`;
    return sql<{ scope: SearchScope }>`
    with given as (select ${query}::jsonb as query), chosen as (
      select given.query, (locale_chain(${field('locale')}))[1] as locale from given
    ), category as (
      select c.id, c.path_ids, v.id as facet_id
      from given join categories c on c.id = category_of_slug(${field('categorySlug')})
      left join facet_values v on v.attribute_code = ${sql.lit(CATEGORY_FACET)} and v.value = c.id::text
    )
    select json_build_object(
      'locale', locale,
      'currencyKnown', exists (select from store_currencies where code = chosen.query ->> 'currency'),
      'currencyNumber', (select n from (
        select code, row_number() over (order by position) as n from store_currencies
      ) c where code = chosen.query ->> 'currency'),
      'category', (select json_build_object('id', category.id, 'facetId', category.facet_id, 'path', (
        select json_agg(json_build_object('slug', a.slug,
          'name', translated(a.translations, locale_chain(locale), 'name', a.name)) order by cardinality(a.path_ids))
        from categories a where a.id = any(category.path_ids)
      )) from category),
      'childFacetIds', (
        select coalesce(json_agg(v.id), '[]') from categories c
        join facet_values v on v.attribute_code = ${sql.lit(CATEGORY_FACET)} and v.value = c.id::text
        where c.parent_id is not distinct from (select id from category)
      ),
      'filters', (
        select coalesce(json_agg(json_build_object(
          'known', a.id is not null or f.code = 'brand',
          'attribute', coalesce(a.id, 2000000001),
          'facetIds', case when f.range is null or a.type not in ('integer', 'decimal') then (
              select coalesce(json_agg(v.id), '[]') from jsonb_array_elements_text(f.values) w
              join facet_values v on v.attribute_code = f.code and v.value = w
            ) else (
              select coalesce(json_agg(v.id), '[]') from facet_values v
              where v.attribute_code = f.code and v.value ~ '^-?\\d+(\\.\\d+)?$'
                and (f.range ->> 'min' is null or v.value::numeric >= (f.range ->> 'min')::numeric)
                and (f.range ->> 'max' is null or v.value::numeric <= (f.range ->> 'max')::numeric)
            ) end
        ) order by f.n), '[]')
        from rows from (jsonb_to_recordset(chosen.query -> 'filters') as (code text, values jsonb, range jsonb))
          with ordinality as f (code, values, range, n)
        left join attributes a on a.code = f.code and (a.filterable
          or exists (select from category_attributes ca where ca.attribute_id = a.id and ca.filterable))
      ),
      'words', (
        select coalesce(json_agg(case when exists (
          select from search_stop_words x where x.locale = chosen.locale and x.word = lower(w.word)
        ) then '[]'::json else (${STEMS(sql`w.word`)}) end order by w.n), '[]')
        from jsonb_array_elements_text(chosen.query -> 'words') with ordinality as w (word, n)
      ),
      'phrases', (
        select coalesce(json_agg(phraseto_tsquery(search_config(chosen.locale), search_text(p.phrase))::text order by p.n), '[]')
        from jsonb_array_elements_text(chosen.query -> 'phrases') with ordinality as p (phrase, n)
      ),
      'synonyms', (
        select coalesce(json_agg(json_build_object('of', (
            select coalesce(json_agg(lexeme order by positions[1]), '[]')
            from unnest(to_tsvector(search_config(chosen.locale), search_text(t.term)))
          ), 'alternatives', (
            select json_agg((${STEMS(sql`o.term`)}))
            from unnest(s.terms) with ordinality as o (term, m) where o.m <> t.n and (not s.one_way or o.m > 1)
          ))), '[]')
        from search_synonyms s cross join unnest(s.terms) with ordinality as t (term, n)
        where (s.locale is null or s.locale = chosen.locale) and (not s.one_way or t.n = 1)
          and position(' ' || lower(t.term) || ' ' in ' ' || coalesce(chosen.query ->> 'text', '') || ' ') > 0
      ),
      'rules', (
        select coalesce(json_agg(json_build_object('id', r.id, 'pinned', (
            select coalesce(json_agg(d.doc order by p.n), '[]') from unnest(r.pinned) with ordinality as p (id, n)
            join search_documents d on d.product_id = p.id and d.locale = chosen.locale
          ), 'hidden', (
            select coalesce(json_agg(d.doc), '[]') from search_documents d
            where d.product_id = any(r.hidden) and d.locale = chosen.locale
          ), 'boosts', (
            select coalesce(json_agg(json_build_object('factor', (b ->> 'factor')::float8, 'facetIds', (
              select coalesce(json_agg(v.id), '[]') from facet_values v
              where v.attribute_code = b ->> 'code' and v.value = b ->> 'value'
            ))), '[]') from jsonb_array_elements(r.boosts) b
          )) order by r.created_at, r.id), '[]')
        from search_rules r
        where r.active and chosen.query ->> 'text' is not null and (r.query is null
          or r.match = 'exact' and r.query = chosen.query ->> 'text'
          or r.match = 'contains' and position(' ' || r.query || ' ' in ' ' || (chosen.query ->> 'text') || ' ') > 0)
      ),
      'documents', coalesce((select documents from search_statistics x where x.locale = chosen.locale), 0)
    ) as scope
    from chosen
  `;
  },
  { short: true },
);

/** Resolves locale, category, currency, filters and words of a search, in one statement. */
export async function findSearchScope(reader: Reader, query: ScopeQuery): Promise<SearchScope> {
  const [row] = await scope(reader, { query: JSON.stringify(query) });
  if (!row) throw new Error('A search scope is always one row.');
  return row.scope;
}

/** Stems of the lexicon that look like one that is in no document; undefined for one that is in a document. */
export async function listSimilarStems(
  reader: Reader,
  query: { locale: string; stems: readonly string[] },
): Promise<{ stem: string; exists: boolean; similar: QueryStem[] }[]> {
  const { rows } = await sql<{ stem: string; exists: boolean; similar: QueryStem[] }>`
    select w.stem,
      exists (select from search_documents where document @@ (${sql.lit("'")} || replace(replace(w.stem, '\\', '\\\\'), '''', '''''') || ${sql.lit("'")})::tsquery) as "exists",
      (
        select coalesce(json_agg(json_build_object('stem', s.stem, 'word', search_word(s.stem), 'documents', s.documents)), '[]')
        from (
          select stem, documents from search_words
          where locale = ${query.locale} and stem % w.stem
          order by similarity(stem, w.stem) desc, documents desc limit 40
        ) s
      ) as similar
    from unnest(${query.stems}::text[]) w (stem)
  `.execute(sqlOf(reader));
  return rows;
}

export interface MatchQuery {
  locale: string;
  currencyNumber: number;
  /** Text of a tsquery that every match fulfils; null lists everything of the category. */
  required: string | null;
  /** The category whose products are listed when there are no words; null is the whole store. */
  categoryId: string | null;
  currency: string;
  /** Documents that are there whatever the words. */
  pinned: readonly number[];
}

// doc, bits (1 in stock), price (two halves), rating, sold; then what was packed with the product.
const RECORD = (currency: unknown) => sql`
  int4send(d.doc) || int4send(d.in_stock::int) || int8send(coalesce(d.prices[${currency}::int], -1))
    || int4send(coalesce(d.rating_milli, -1)) || int4send(d.sold)
`;
const SEEN = (values: { locale: unknown; currency: unknown }) => sql`
  d.locale = ${values.locale} and d.visible and (d.prices[${values.currency}::int] is not null or d.show_unpriced)
`;

const MATCHES = (text: string) => sql`d.document @@ ${text}::tsquery`;

/** Runs a statement whose one value is bytes in base64: the driver has no way for bytes that is as cheap. */
async function bytesOf(reader: Reader, statement: RawBuilder<{ packed: string | null }>): Promise<Uint8Array> {
  const { rows } = await statement.execute(sqlOf(reader));
  return Buffer.from(rows[0]?.packed ?? '', 'base64');
}

/** Every match of the words, packed: see `0019_search.sql` for what follows the six numbers of a record. */
export async function listMatches(reader: Reader, query: MatchQuery): Promise<Uint8Array> {
  const { currencyNumber: currency, locale } = query;
  const seen = SEEN({ locale, currency });
  if (query.required !== null) {
    return bytesOf(
      reader,
      sql`select encode(string_agg(${RECORD(currency)} || d.packed, ''), 'base64') as packed from search_documents d
        where ${query.pinned.length === 0 ? MATCHES(query.required) : sql`(${MATCHES(query.required)} or d.doc = any(${query.pinned}::int[]))`}
          and ${seen}`,
    );
  }
  return bytesOf(
    reader,
    sql`select encode(string_agg(${RECORD(currency)} || d.packed, ''), 'base64') as packed
      from listing l join search_documents d on d.product_id = l.product_id
      where l.category_id = ${query.categoryId ?? WHOLE_STORE}::uuid and l.currency = ${query.currency} and ${seen}`,
  );
}

export interface LooseMatchQuery extends Omit<MatchQuery, 'categoryId' | 'currency'> {
  /** Per unit the text of a tsquery, and its share of the whole. */
  units: readonly { query: string; share: number }[];
  /** The least share that a match has of the units together. */
  leastShare: number;
}

/**
 * Every document that holds enough of the words, packed; each record begins with a number whose bits say which units it
 * holds. Units that would not be enough by themselves only count where one of the others is there too, so that a common
 * word costs no more than the rare ones.
 */
export async function listLooseMatches(reader: Reader, query: LooseMatchQuery): Promise<Uint8Array> {
  const { currencyNumber: currency, locale, units, leastShare } = query;
  const seen = SEEN({ locale, currency });
  const rarest = units.map((unit, index) => ({ ...unit, index })).sort((a, b) => b.share - a.share);
  let rest = 1;
  const essential: typeof rarest = [];
  for (const unit of rarest) {
    if (rest < leastShare - 1e-9) break;
    essential.push(unit);
    rest -= unit.share;
  }
  const some = essential.map((unit) => `(${unit.query})`).join(' | ');
  const held = units.map((unit, index) => {
    const own = essential.some((each) => each.index === index) ? unit.query : `(${unit.query}) & (${some})`;
    const text = query.required === null ? own : `(${own}) & ${query.required}`;
    return sql`select d.doc, ${sql.lit(2 ** index)}::int as bit, ${unit.share}::float8 as share from search_documents d
      where ${MATCHES(text)} and ${seen}`;
  });
  if (query.pinned.length > 0) {
    held.push(sql`select d.doc, ${sql.lit(2 ** units.length - 1)}::int, 1::float8 from search_documents d
      where d.doc = any(${query.pinned}::int[]) and ${seen}`);
  }
  return bytesOf(
    reader,
    sql`select encode(string_agg(int4send(h.bits) || ${RECORD(currency)} || d.packed, ''), 'base64') as packed
      from (
        select doc, bit_or(bit) as bits from (${sql.join(held, sql` union all `)}) u
        group by doc having sum(share) >= ${leastShare - 1e-9}::float8
      ) h join search_documents d on d.doc = h.doc`,
  );
}

export interface SearchPageQuery {
  locale: string;
  currency: string;
  /** In the order of the page. */
  docs: readonly number[];
  /** Facet values to name. */
  facetIds: readonly number[];
  /** Attributes to name. */
  attributes: readonly number[];
  /** Marks words in title and description by a tsquery's text. */
  highlight: string | null;
}

export interface SearchPage {
  items: ListedProduct[];
  /** By facet id. */
  values: Record<string, { value: string; label: string }>;
  /** By attribute number. */
  attributes: Record<string, { code: string; name: string; unit: string | null }>;
  /** By product id. */
  highlights: Record<string, { title: string; description: string }>;
}

type PageValues = Omit<SearchPageQuery, 'highlight'> & { limit: number; highlight: string };

const pageWith = ({ highlighted }: { highlighted: boolean }) =>
  prepared<SearchPage, PageValues>(
    (value) => {
      const currency = value('currency');
      const docs = sql`${value('docs')}::int[]`;
      const chain = sql`locale_chain(${value('locale')})`;
      const rows = sql`
      select l.product_id, l.price_minor, l.price_max_minor, 0 as key, array_position(${docs}, d.doc) as n
      from search_documents d
      join listing l on l.product_id = d.product_id and l.category_id = ${sql.lit(WHOLE_STORE)}::uuid
        and l.currency = ${currency}
      where d.doc = any(${docs})
    `;
      const marked = (field: string, options: string) => sql`
      ts_headline(search_config(${value('locale')}), translated(p.translations, ${chain}, ${sql.lit(field)},
        p.${sql.ref(field)}), ${value('highlight')}::tsquery, ${sql.lit(options)})
    `;
      const highlights = highlighted
        ? sql`(
          select coalesce(json_object_agg(p.id, json_build_object('title', ${marked('title', 'HighlightAll=true')},
            'description', ${marked('description', 'MaxFragments=2, MaxWords=20, MinWords=8, FragmentDelimiter=" … "')})), '{}')
          from search_documents d join products p on p.id = d.product_id where d.doc = any(${docs})
        )`
        : sql`'{}'::json`;
      return sql<SearchPage>`
      with cards as (${cardsOf({ rows, currency, limit: value('limit') })})
      select cards.items,
        (
          select coalesce(json_object_agg(v.id, json_build_object('value', coalesce(c.slug, v.value), 'label', coalesce(
            translated(c.translations, ${chain}, 'name', c.name), translated(o.translations, ${chain}, 'label', o.label),
            v.value))), '{}')
          from facet_values v
          left join categories c on c.id = case v.attribute_code when ${sql.lit(CATEGORY_FACET)} then v.value::uuid end
          left join attributes a on a.code = v.attribute_code
          left join attribute_options o on o.attribute_id = a.id and o.code = v.value
          where v.id = any(${value('facetIds')}::int[])
        ) as values,
        (
          select coalesce(json_object_agg(a.id, json_build_object('code', a.code,
            'name', translated(a.translations, ${chain}, 'name', a.name), 'unit', a.unit)), '{}')
          from attributes a where a.id = any(${value('attributes')}::int[])
        ) as attributes,
        ${highlights} as highlights
      from cards
    `;
    },
    { short: !highlighted },
  );

const PLAIN_PAGE = pageWith({ highlighted: false });
const HIGHLIGHTED_PAGE = pageWith({ highlighted: true });

/** The cards of a page, and the names of its facets, in one statement. */
export async function findSearchPage(reader: Reader, query: SearchPageQuery): Promise<SearchPage> {
  const read = query.highlight === null ? PLAIN_PAGE : HIGHLIGHTED_PAGE;
  const [page] = await read(reader, { ...query, limit: query.docs.length, highlight: query.highlight ?? '' });
  if (!page) throw new Error('A search page is always one row.');
  return page;
}

/** The first of some documents by title, after a key; with their keys. */
export async function listByTitle(
  reader: Reader,
  query: { docs: readonly number[]; currency: string; limit: number; after: { title: string; doc: number } | null },
): Promise<{ doc: number; title: string }[]> {
  const { rows } = await sql<{ doc: number; title: string }>`
    select d.doc, l.sort_title as title
    from search_documents d
    join listing l on l.product_id = d.product_id and l.category_id = ${WHOLE_STORE}::uuid and l.currency = ${query.currency}
    where d.doc = any(${query.docs}::int[])
      and (${query.after?.title ?? null}::text is null
        or (l.sort_title, d.doc) > (${query.after?.title ?? ''}::text collate "C", ${query.after?.doc ?? 0}::int))
    order by l.sort_title, d.doc limit ${query.limit}
  `.execute(sqlOf(reader));
  return rows;
}
