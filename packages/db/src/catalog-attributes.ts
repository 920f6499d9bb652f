import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import { recordset } from './products.ts';
import type { Reader, Tx } from './types.ts';

export const ATTRIBUTE_TYPES = [
  'text',
  'long-text',
  'integer',
  'decimal',
  'boolean',
  'date',
  'enum',
  'multi-enum',
  'color',
  'reference',
  'multi-text',
] as const;
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

/** A definition as an import makes it of the values it meets. */
export interface AttributeDefinition {
  code: string;
  name: string;
  type: AttributeType;
  /** Its values are facets. */
  filterable: boolean;
  /** Its values are found by full-text search. */
  searchable: boolean;
}

type Translations = Record<string, Record<string, string>>;

/** What an enum, multi-enum or color can be. */
export interface AttributeOption {
  code: string;
  label: string;
  /** `#rrggbb` */
  swatch: string | null;
  translations: Translations;
}

/** What a product's value of an attribute is good for. An assignment to a category says it anew, or leaves it (null). */
export interface AttributeFlags {
  required: boolean;
  filterable: boolean;
  sortable: boolean;
  searchable: boolean;
  variantForming: boolean;
  position: number;
}

/** A definition in full. */
export interface Attribute extends Omit<AttributeDefinition, 'filterable' | 'searchable'>, AttributeFlags {
  unit: string | null;
  referenceKind: 'product' | 'category' | null;
  translations: Translations;
  /** In order. */
  options: AttributeOption[];
  version: number;
}

export type NewAttribute = Omit<Attribute, 'version' | 'options'>;

export async function listAttributes(
  reader: Reader,
  query: { codes: readonly string[] },
): Promise<AttributeDefinition[]> {
  const { rows } = await sql<AttributeDefinition>`
    select code, name, type, filterable, searchable from attributes
    where code = any(${query.codes}::text[]) order by code
  `.execute(sqlOf(reader));
  return rows;
}

/** Adds definitions and changes the type of those that exist. */
export async function saveAttributes(tx: Tx, input: { rows: readonly AttributeDefinition[]; at: Date }): Promise<void> {
  await sql`
    insert into attributes (code, name, type, filterable, searchable, created_at)
    select code, name, type, filterable, searchable, ${input.at}::timestamptz
    from jsonb_to_recordset(${recordset(input.rows)}) as r (code text, name text, type text, filterable boolean,
      searchable boolean)
    order by code
    on conflict (code) do update set type = excluded.type
  `.execute(sqlOf(tx));
}

const OPTIONS = sql`(
  select coalesce(json_agg(json_build_object('code', o.code, 'label', o.label, 'swatch', o.swatch,
    'translations', o.translations) order by o.position, o.code), '[]')
  from attribute_options o where o.attribute_id = a.id
)`;

const WHOLE = sql`a.code, a.name, a.type, a.unit, a.reference_kind, a.required, a.filterable, a.sortable, a.searchable,
  a.variant_forming, a.position, a.translations, ${OPTIONS} as options, a.version`;

/** A definition in full. */
export async function findAttribute(reader: Reader, query: { code: string }): Promise<Attribute | undefined> {
  const { rows } = await sql<Attribute>`select ${WHOLE} from attributes a where a.code = ${query.code}`.execute(
    sqlOf(reader),
  );
  return rows[0];
}

/** Definitions in order of code, after `after`; the one after `limit` says that there is more. `text` is in name or code. */
export async function listWholeAttributes(
  reader: Reader,
  query: { text: string | null; after: string | null; limit: number },
): Promise<Attribute[]> {
  const { text, after, limit } = query;
  const { rows } = await sql<Attribute>`
    select ${WHOLE} from attributes a
    where (${text}::text is null or strpos(lower(a.name), lower(${text}::text)) > 0
        or strpos(a.code, lower(${text}::text)) > 0)
      and (${after}::text is null or a.code > ${after}::text)
    order by a.code limit ${limit + 1}
  `.execute(sqlOf(reader));
  return rows;
}

export async function insertAttribute(tx: Tx, input: { attribute: NewAttribute; at: Date }): Promise<void> {
  const { attribute, at } = input;
  await sqlOf(tx)
    .insertInto('attributes')
    .values({ ...attribute, translations: JSON.stringify(attribute.translations), createdAt: at })
    .execute();
}

/** Writes a definition and counts its version up. */
export async function saveAttribute(tx: Tx, attribute: NewAttribute): Promise<void> {
  const { code, ...fields } = attribute;
  await sqlOf(tx)
    .updateTable('attributes')
    .set({ ...fields, translations: JSON.stringify(fields.translations) })
    .set({ version: sql`version + 1` })
    .where('code', '=', code)
    .execute();
}

/** Makes these the options of an attribute, in this order. */
export async function saveAttributeOptions(
  tx: Tx,
  input: { code: string; options: readonly AttributeOption[] },
): Promise<void> {
  const { code, options } = input;
  await sql`delete from attribute_options where attribute_id = (select id from attributes where code = ${code})`.execute(
    sqlOf(tx),
  );
  await sql`
    insert into attribute_options (attribute_id, code, label, swatch, position, translations)
    select a.id, r.code, r.label, r.swatch, r.position, r.translations
    from attributes a, jsonb_to_recordset(${recordset(options.map((each, position) => ({ ...each, position })))})
      as r (code text, label text, swatch text, position integer, translations jsonb)
    where a.code = ${code}
  `.execute(sqlOf(tx));
}

/** Removes a definition, its options and its assignments, and the facets of its values. */
export async function deleteAttribute(tx: Tx, query: { code: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('attributes').where('code', '=', query.code).execute();
}

/** Different values that products have of an attribute, each with the number of products; at most `limit`. */
export async function listUsedValues(
  reader: Reader,
  query: { code: string; limit: number },
): Promise<{ value: string | number | boolean | string[]; products: number }[]> {
  const { rows } = await sql<{ value: string | number | boolean | string[]; products: number }>`
    select attributes -> ${query.code} as value, count(*)::int as products from products
    where attributes ? ${query.code} group by 1 order by 2 desc limit ${query.limit}
  `.execute(sqlOf(reader));
  return rows;
}

/** Takes the value of an attribute away from products. */
export async function deleteValues(
  tx: Tx,
  input: { code: string; productIds: readonly string[]; at: Date },
): Promise<void> {
  const { code, productIds, at } = input;
  await sql`
    update products set attributes = attributes - ${code}::text, version = version + 1, updated_at = ${at}
    where id = any(${productIds}::uuid[])
  `.execute(sqlOf(tx));
}

/**
 * Has whoever changes one of the definitions wait until the values that are checked against them are written, or waits
 * for them.
 */
export async function lockDefinitions(tx: Tx, query: { codes: readonly string[] }): Promise<void> {
  await sql`
    select from attributes where code = any(${query.codes}::text[]) order by id for key share
  `.execute(sqlOf(tx));
}

/** The other side of {@link lockDefinitions}. */
export async function lockDefinition(tx: Tx, query: { code: string }): Promise<void> {
  await sql`select from attributes where code = ${query.code} for update`.execute(sqlOf(tx));
}

/** What a category says of an attribute; null leaves it to those above, and in the end to the definition. */
export type AttributeAssignment = { [Flag in keyof AttributeFlags]: AttributeFlags[Flag] | null };

/** Assigns an attribute to a category, or changes what it says there. */
export async function saveAssignment(
  tx: Tx,
  input: { categoryId: string; code: string; assignment: AttributeAssignment },
): Promise<void> {
  const { categoryId, code, assignment } = input;
  const { required, filterable, sortable, searchable, variantForming, position } = assignment;
  await sql`
    insert into category_attributes (category_id, attribute_id, required, filterable, sortable, searchable,
      variant_forming, position)
    select ${categoryId}, id, ${required}, ${filterable}, ${sortable}, ${searchable}, ${variantForming}, ${position}::int
    from attributes where code = ${code}
    on conflict (category_id, attribute_id) do update set required = excluded.required,
      filterable = excluded.filterable, sortable = excluded.sortable, searchable = excluded.searchable,
      variant_forming = excluded.variant_forming, position = excluded.position
  `.execute(sqlOf(tx));
}

/** Whether there was one. */
export async function deleteAssignment(tx: Tx, query: { categoryId: string; code: string }): Promise<boolean> {
  const { rows } = await sql`
    delete from category_attributes where category_id = ${query.categoryId}
      and attribute_id = (select id from attributes where code = ${query.code})
    returning 1
  `.execute(sqlOf(tx));
  return rows.length > 0;
}

/** A category of a path with what it says of an attribute. */
export interface PathAssignment {
  code: string;
  /** In its own words: the definition's. */
  definition: Attribute;
  /** From the root on. */
  assignments: (AttributeAssignment & { category: { id: string; slug: string; name: string } })[];
}

/** The attributes that a category has or inherits, with what each category of its path says of them. */
export async function listPathAssignments(reader: Reader, query: { categoryId: string }): Promise<PathAssignment[]> {
  const { rows } = await sql<PathAssignment>`
    select a.code,
      json_build_object('code', a.code, 'name', a.name, 'type', a.type, 'unit', a.unit,
        'referenceKind', a.reference_kind, 'required', a.required, 'filterable', a.filterable, 'sortable', a.sortable,
        'searchable', a.searchable, 'variantForming', a.variant_forming, 'position', a.position,
        'translations', a.translations, 'options', ${OPTIONS}, 'version', a.version) as definition,
      json_agg(json_build_object('required', ca.required, 'filterable', ca.filterable, 'sortable', ca.sortable,
        'searchable', ca.searchable, 'variantForming', ca.variant_forming, 'position', ca.position,
        'category', json_build_object('id', g.id, 'slug', g.slug, 'name', g.name)) order by cardinality(g.path_ids))
        as assignments
    from categories c
    join categories g on g.id = any(c.path_ids)
    join category_attributes ca on ca.category_id = g.id
    join attributes a on a.id = ca.attribute_id
    where c.id = ${query.categoryId}
    group by a.id order by a.code limit 1000
  `.execute(sqlOf(reader));
  return rows;
}

/** An attribute as it holds for a product. */
export interface EffectiveAttribute {
  code: string;
  type: AttributeType;
  referenceKind: 'product' | 'category' | null;
  /** Whether a product of the categories can have it. */
  effective: boolean;
  required: boolean;
  optionCodes: string[];
}

/**
 * The attributes of these codes, and all that are required, for a product of the categories: those assigned to one of
 * them or above, and those assigned nowhere. The same rules as `product_attribute_flags`.
 */
export async function listEffectiveAttributes(
  reader: Reader,
  query: { categoryIds: readonly string[]; codes: readonly string[] },
): Promise<EffectiveAttribute[]> {
  const { rows } = await sql<EffectiveAttribute>`
    with flags as (
      select n.attribute_id, bool_or(coalesce(n.required, a.required)) as required
      from (
        select ca.attribute_id,
          (array_agg(ca.required order by g.depth desc) filter (where ca.required is not null))[1] as required
        from categories c
        cross join unnest(c.path_ids) with ordinality as g (id, depth)
        join category_attributes ca on ca.category_id = g.id
        where c.id = any(${query.categoryIds}::uuid[])
        group by c.id, ca.attribute_id
      ) n
      join attributes a on a.id = n.attribute_id
      group by n.attribute_id
    ), held as (
      select a.id, a.code, a.type, a.reference_kind, coalesce(f.required, a.required) as required,
        f.attribute_id is not null
          or not exists (select from category_attributes o where o.attribute_id = a.id) as effective
      from attributes a left join flags f on f.attribute_id = a.id
      where a.code = any(${query.codes}::text[]) or f.required or (f.attribute_id is null and a.required)
    )
    select code, type, reference_kind, effective, effective and required as required,
      (
        select coalesce(json_agg(o.code), '[]') from attribute_options o where o.attribute_id = held.id
      ) as option_codes
    from held where effective or code = any(${query.codes}::text[])
    order by code
  `.execute(sqlOf(reader));
  return rows;
}

/** Those of the attributes whose definitions were made by hand: assigned to a category, or of a type no import makes. */
export async function listManagedAttributes(
  reader: Reader,
  query: { codes: readonly string[] },
): Promise<{ code: string; type: AttributeType; optionCodes: string[] }[]> {
  const { rows } = await sql<{ code: string; type: AttributeType; optionCodes: string[] }>`
    select a.code, a.type,
      (select coalesce(json_agg(o.code), '[]') from attribute_options o where o.attribute_id = a.id) as option_codes
    from attributes a
    where a.code = any(${query.codes}::text[]) and (
      a.type not in ('text', 'integer', 'decimal', 'boolean', 'multi-text')
      or exists (select from category_attributes o where o.attribute_id = a.id)
    )
  `.execute(sqlOf(reader));
  return rows;
}

/** Which of the ids are those of products, or of categories. */
export async function listExistingIds(
  reader: Reader,
  query: { kind: 'product' | 'category'; ids: readonly string[] },
): Promise<string[]> {
  const table = query.kind === 'product' ? sql.ref('products') : sql.ref('categories');
  const { rows } = await sql<{ id: string }>`
    select id from ${table} where id = any(${query.ids}::uuid[])
  `.execute(sqlOf(reader));
  return rows.map(({ id }) => id);
}

/** Up to `limit` ids, after `after`, of the products that have a value of the attribute, in order. */
export async function listProductIdsWith(
  reader: Reader,
  query: { code: string; after: string | null; limit: number },
): Promise<string[]> {
  const { code, after, limit } = query;
  const { rows } = await sql<{ id: string }>`
    select id from products
    where attributes ? ${code} and (${after}::uuid is null or id > ${after}::uuid)
    order by id limit ${limit}
  `.execute(sqlOf(reader));
  return rows.map(({ id }) => id);
}
