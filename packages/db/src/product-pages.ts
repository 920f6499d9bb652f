import { type RawBuilder, sql } from 'kysely';
import { availableUnits } from './availability.ts';
import { RATING } from './catalog.ts';
import { localeChain, translated } from './locales.ts';
import { prepared } from './prepared.ts';
import type { Reader } from './types.ts';

/** Most rows have no translations: asking that first spares a function call for each text. */
const text = (of: string, field: string, column: string) => {
  const entered = sql.ref(`${of}.${column}`);
  const found = translated({ of, field, fallback: entered, chain: sql`locale.chain` });
  return sql`case when ${sql.ref(`${of}.translations`)} = '{}' then ${entered} else ${found} end`;
};

const COMPONENTS_OF_VARIANT = sql`
  select coalesce(json_agg(json_build_object('variantId', k.id, 'sku', k.sku, 'title', ${text('kp', 'title', 'title')},
    'options', k.options, 'quantity', b.quantity) order by b.position, k.id), '[]')
  from variant_components b join variants k on k.id = b.component_id join products kp on kp.id = k.product_id
  where b.bundle_id = v.id
`;

// A bundle never runs out when none of its components does.
const STOCK_TRACKED = sql`case when v.is_bundle then coalesce((
  select bool_or(k.track_stock) from variant_components b join variants k on k.id = b.component_id where b.bundle_id = v.id
), true) else v.track_stock end`;

const VARIANTS_OF_PAGE = (currency: unknown) => sql`
  select coalesce(json_agg(json_build_object(
    'id', v.id, 'sku', v.sku, 'barcode', v.barcode, 'options', v.options,
    'price', case when c.amount_minor is not null
      then json_build_object('amount', c.amount_minor, 'currency', c.currency) end,
    'available', ${availableUnits('v')}, 'stockTracked', ${STOCK_TRACKED},
    'image', coalesce(v.images -> 0, p.images -> 0), 'images', v.images,
    'weightGrams', v.weight_grams, 'lengthMm', v.length_mm, 'widthMm', v.width_mm, 'heightMm', v.height_mm,
    'attributes', v.attributes,
    'components', case when v.is_bundle then (${COMPONENTS_OF_VARIANT}) else '[]' end
  ) order by v.position, v.id), '[]')
  from variants v
  left join prices c on c.variant_id = v.id and c.currency = ${currency}
  where v.product_id = p.id and v.status = 'active' and (c.amount_minor is not null or p.show_unpriced)
`;

const CATEGORIES_OF_PAGE = sql`
  select coalesce(json_agg((
    select json_agg(json_build_object('id', a.id, 'slug', a.slug, 'name', ${text('a', 'name', 'name')})
      order by cardinality(a.path_ids))
    from categories a where a.id = any(c.path_ids)
  ) order by pc.position), '[]')
  from product_categories pc join categories c on c.id = pc.category_id
  where pc.product_id = p.id
`;

const TRANSLATED_VALUE = sql`(
  select p.translations -> u.code -> 'attributes' ->> a.code from unnest(locale.chain) with ordinality as u (code, n)
  where p.translations -> u.code -> 'attributes' ->> a.code <> '' order by u.n limit 1
)`;

// Of an enum or color the value is a code, of a multi-enum a list of them.
const CHOSEN = sql`(case jsonb_typeof(e.value) when 'array' then e.value else jsonb_build_array(e.value) end) ? o.code`;

// Written as an id, and checked; but an import may have widened what is no reference any more.
const REFERRED = sql`(case when pg_input_is_valid(e.value #>> '{}', 'uuid') then e.value #>> '{}' end)::uuid`;

const REFERENCE = (kind: string, name: RawBuilder<unknown>) =>
  sql`jsonb_build_object('reference', jsonb_build_object('kind', ${sql.lit(kind)}::text, 'slug', r.slug, 'name', ${name}))`;

// A value keeps the type it was written with; the definition may have been widened since.
const ATTRIBUTES_OF_PAGE = (now: unknown) => sql`
  select coalesce(json_agg(jsonb_build_object(
    'code', a.code, 'name', ${text('a', 'name', 'name')}, 'type', a.type, 'unit', ${text('a', 'unit', 'unit')},
    'value', case
      when p.translations <> '{}' and jsonb_typeof(e.value) = 'string' and ${TRANSLATED_VALUE} is not null
        then to_jsonb(${TRANSLATED_VALUE})
      when a.type = 'text' then to_jsonb(e.value #>> '{}')
      when a.type = 'multi-text' and jsonb_typeof(e.value) <> 'array' then jsonb_build_array(e.value #>> '{}')
      else e.value end
  ) || case
    when a.type in ('enum', 'color', 'multi-enum') then jsonb_strip_nulls((
      select jsonb_build_object('swatch', min(o.swatch), 'label',
        case a.type when 'multi-enum' then jsonb_agg(${text('o', 'label', 'label')} order by o.position)
          else jsonb_agg(${text('o', 'label', 'label')}) -> 0 end)
      from attribute_options o where o.attribute_id = a.id and ${CHOSEN}
    ))
    when a.reference_kind = 'category' then coalesce((
      select ${REFERENCE('category', text('r', 'name', 'name'))} from categories r where r.id = ${REFERRED}
    ), '{}')
    when a.reference_kind = 'product' then coalesce((
      select ${REFERENCE('product', text('r', 'title', 'title'))} from products r
      where r.id = ${REFERRED} and is_published(r.status, r.publish_at, r.unpublish_at, ${now}::timestamptz)
    ), '{}')
    else '{}' end
  order by coalesce(f.position, a.position), ${text('a', 'name', 'name')}, a.code), '[]')
  from jsonb_each(p.attributes) e join attributes a on a.code = e.key
  left join product_attribute_flags(array[p.id]) f on f.attribute_id = a.id
`;

/** What the nearest category says, from the product's first one upwards. */
const TEMPLATE = (field: string, column: string) => sql`(
  select ${text('a', field, column)} from product_categories pc
  join categories c on c.id = pc.category_id join categories a on a.id = any(c.path_ids)
  where pc.product_id = p.id and ${text('a', field, column)} is not null
  order by pc.position, cardinality(a.path_ids) desc limit 1
)`;

/** What is found of a product, in one language; all but the first null when there is none. */
interface FoundPage {
  currencyKnown: boolean;
  /** JSON of the product as a shopper sees it, without what follows. */
  page: string | null;
  /** It, those that its attributes refer to, and those whose variants a bundle is made of; with spaces between. */
  productIds: string;
  /** The one it has now. */
  slug: string;
  title: string;
  descriptionStart: string;
  /** Its own; null when the template says it. */
  seoTitle: string | null;
  seoDescription: string | null;
  /** What its first category and those above it leave to it. */
  seoTitleTemplate: string | null;
  seoDescriptionTemplate: string | null;
  storeName: string;
}

/** As much as a summary is made of. */
const DESCRIPTION_START = 3_200;

const PRODUCTS_OF_PAGE = sql`concat_ws(' ', p.id, case when p.kind = 'bundle' then (
  select string_agg(distinct k.product_id::text, ' ')
  from variants v join variant_components b on b.bundle_id = v.id join variants k on k.id = b.component_id
  where v.product_id = p.id
) end, (
  select string_agg(e.value #>> '{}', ' ') from jsonb_each(p.attributes) e
  join attributes a on a.code = e.key and a.type = 'reference' and a.reference_kind = 'product'
))`;

const productPage = prepared<FoundPage, { slug: string; currency: string; locale: string | null; now: Date }>(
  (value) => {
    const currency = value('currency');
    const description = text('p', 'description', 'description');
    return sql<FoundPage>`
      select exists (select from store_currencies where code = ${currency}) as "currencyKnown", found.*
      from (select) one
      left join (
        select
          json_build_object(
            'id', p.id, 'slug', p.slug, 'kind', p.kind, 'title', ${text('p', 'title', 'title')},
            'description', ${description}, 'brand', p.brand, 'rating', ${RATING},
            'brandSlug', (select b.slug from brands b where b.name = p.brand), 'tags', p.tags,
            'locale', locale.chain[1],
            'categories', (${CATEGORIES_OF_PAGE}), 'attributes', (${ATTRIBUTES_OF_PAGE(value('now'))}),
            'options', p.options, 'images', p.images, 'variants', (${VARIANTS_OF_PAGE(currency)})
          )::text as page,
          ${PRODUCTS_OF_PAGE} as "productIds", p.slug, ${text('p', 'title', 'title')} as title,
          left(${description}, ${sql.lit(DESCRIPTION_START)}) as "descriptionStart",
          ${text('p', 'seoTitle', 'seo_title')} as "seoTitle",
          ${text('p', 'seoDescription', 'seo_description')} as "seoDescription",
          ${TEMPLATE('seoTitleTemplate', 'seo_title_template')} as "seoTitleTemplate",
          ${TEMPLATE('seoDescriptionTemplate', 'seo_description_template')} as "seoDescriptionTemplate",
          coalesce((select s.name from store_settings s), '') as "storeName"
        from products p
        cross join (select ${localeChain(value('locale'))} as chain offset 0) locale
        where p.id = product_of_slug(${value('slug')})
          and is_published(p.status, p.publish_at, p.unpublish_at, ${value('now')}::timestamptz)
          and (p.show_unpriced or exists (
            select from variants v join prices c on c.variant_id = v.id and c.currency = ${currency}
            where v.product_id = p.id and v.status = 'active'
          ))
      ) found on true
    `;
  },
  { short: true },
);

/**
 * The product that a shopper finds at an instant under a slug that it has or had, in one statement. There is none of a
 * draft, an archived one, one outside of its publish window, or one that has no price in the currency and is not shown
 * without.
 */
export async function findProductPage(
  reader: Reader,
  query: { slug: string; currency: string; locale: string | null; now: Date },
): Promise<FoundPage> {
  const [found] = await productPage(reader, query);
  if (found === undefined) throw new Error('What is found of a product is always one row.');
  return found;
}
