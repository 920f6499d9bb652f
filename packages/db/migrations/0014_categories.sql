-- Languages of the store; texts, settings and former slugs of categories; attribute definitions in full, and the
-- categories they are assigned to. Everything is added or allowed; the previous release runs beside it.

create table store_locales (
  -- BCP 47: language, script, region.
  code text primary key check (code ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$'),
  -- The lowest is the default.
  position smallint not null check (position >= 0),
  constraint store_locales_position_key unique (position) deferrable
);
insert into store_locales (code, position) values ('en', 0);

-- Where texts are looked for, best first: the locale asked for, what it is a kind of (de-AT: de), the store's default.
-- Locales that the store does not have are left out.
create function locale_chain(requested text) returns text[] language sql stable parallel safe
return (
  select array_agg(code order by case when code = requested or starts_with(requested, code || '-')
    then length(code) else 0 end desc)
  from store_locales
  where code = requested or starts_with(requested, code || '-')
    or position = (select min(position) from store_locales)
);

-- The field of the first locale that has it, or the text as it was entered.
create function translated(translations jsonb, locales text[], field text, fallback text) returns text
language sql immutable parallel safe
return case when translations = '{}' then fallback else coalesce((
  select translations -> u.code ->> field from unnest(locales) with ordinality as u (code, n)
  where translations -> u.code ->> field <> '' order by u.n limit 1
), fallback) end;

create table shipping_profiles (
  code text primary key check (code ~ '^[a-z][a-z0-9-]{0,49}$'),
  name text not null check (length(name) between 1 and 200)
);
insert into shipping_profiles (code, name) values ('standard', 'Standard');

alter table categories
  -- The category's identity in a taxonomy file.
  add column external_id text unique check (length(external_id) between 1 and 200),
  add column description text not null default '' check (length(description) <= 20000),
  add column seo_title text check (length(seo_title) between 1 and 200),
  add column seo_description text check (length(seo_description) between 1 and 500),
  -- What follows is inherited: null is what the nearest ancestor says.
  add column seo_title_template text check (length(seo_title_template) between 1 and 200),
  add column seo_description_template text check (length(seo_description_template) between 1 and 500),
  add column tax_class text references tax_classes,
  add column shipping_profile text references shipping_profiles,
  -- { [locale]: { name, description, seoTitle, seoDescription, seoTitleTemplate, seoDescriptionTemplate } }
  add column translations jsonb not null default '{}' check (jsonb_typeof(translations) = 'object'),
  add column version integer not null default 1 check (version > 0);
create index categories_tax_class_idx on categories (tax_class) where tax_class is not null;
create index categories_shipping_profile_idx on categories (shipping_profile) where shipping_profile is not null;
-- Everything below a category.
create index categories_path_ids_idx on categories using gin (path_ids);

-- Slugs that a category had. One that another category takes is that one's from then on.
create table category_slugs (
  slug text primary key check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 200),
  category_id uuid not null references categories on delete cascade,
  retired_at timestamptz not null
);
create index category_slugs_category_id_idx on category_slugs (category_id);

-- The category of a slug, which it has or had.
create function category_of_slug(wanted text) returns uuid language sql stable parallel safe
return coalesce(
  (select id from categories where slug = wanted),
  (select category_id from category_slugs where slug = wanted)
);

alter table attributes
  drop constraint attributes_type_check,
  add constraint attributes_type_check check (type in (
    'text', 'long-text', 'integer', 'decimal', 'boolean', 'date', 'enum', 'multi-enum', 'color', 'reference', 'multi-text'
  )),
  add column unit text check (length(unit) between 1 and 20),
  add column reference_kind text check (reference_kind in ('product', 'category')),
  add column required boolean not null default false,
  add column sortable boolean not null default false,
  add column variant_forming boolean not null default false,
  add column position integer not null default 0,
  -- { [locale]: { name, unit } }
  add column translations jsonb not null default '{}' check (jsonb_typeof(translations) = 'object'),
  add column version integer not null default 1 check (version > 0),
  add constraint attributes_unit_of_number check (unit is null or type in ('integer', 'decimal')),
  add constraint attributes_kind_of_reference check ((type = 'reference') = (reference_kind is not null));

-- What an enum, multi-enum or color can be. A product's value is the code.
create table attribute_options (
  attribute_id integer not null references attributes on delete cascade,
  code text not null check (length(code) between 1 and 60),
  label text not null check (length(label) between 1 and 200),
  -- Of a color
  swatch text check (swatch ~ '^#[0-9a-f]{6}$'),
  position integer not null,
  -- { [locale]: { label } }
  translations jsonb not null default '{}' check (jsonb_typeof(translations) = 'object'),
  primary key (attribute_id, code)
);

-- An attribute of the products of a category and below it. One that is assigned nowhere is every product's.
-- A null flag is what the nearest assignment above says, and in the end the definition.
create table category_attributes (
  category_id uuid not null references categories on delete cascade,
  attribute_id integer not null references attributes on delete cascade,
  required boolean,
  filterable boolean,
  sortable boolean,
  searchable boolean,
  variant_forming boolean,
  position integer,
  primary key (category_id, attribute_id)
);
create index category_attributes_attribute_id_idx on category_attributes (attribute_id);

-- The attributes that products have by their categories; in each category the nearest assignment that says something
-- counts, else the definition. A flag that is set through one of the categories is set. Attributes that are not named
-- here are as their definition says.
create function product_attribute_flags(product_ids uuid[])
returns table (
  product_id uuid, attribute_id integer, required boolean, filterable boolean, sortable boolean, searchable boolean,
  variant_forming boolean, "position" integer
) language sql stable parallel safe
begin atomic
  select n.product_id, n.attribute_id,
    bool_or(coalesce(n.required, a.required)), bool_or(coalesce(n.filterable, a.filterable)),
    bool_or(coalesce(n.sortable, a.sortable)), bool_or(coalesce(n.searchable, a.searchable)),
    bool_or(coalesce(n.variant_forming, a.variant_forming)), min(coalesce(n.position, a.position))
  from (
    select pc.product_id, ca.attribute_id,
      (array_agg(ca.required order by g.depth desc) filter (where ca.required is not null))[1] as required,
      (array_agg(ca.filterable order by g.depth desc) filter (where ca.filterable is not null))[1] as filterable,
      (array_agg(ca.sortable order by g.depth desc) filter (where ca.sortable is not null))[1] as sortable,
      (array_agg(ca.searchable order by g.depth desc) filter (where ca.searchable is not null))[1] as searchable,
      (array_agg(ca.variant_forming order by g.depth desc) filter (where ca.variant_forming is not null))[1]
        as variant_forming,
      (array_agg(ca.position order by g.depth desc) filter (where ca.position is not null))[1] as position
    from product_categories pc
    join categories c on c.id = pc.category_id
    cross join unnest(c.path_ids) with ordinality as g (id, depth)
    join category_attributes ca on ca.category_id = g.id
    where pc.product_id = any(product_ids)
    group by pc.product_id, pc.category_id, ca.attribute_id
  ) n
  join attributes a on a.id = n.attribute_id
  group by n.product_id, n.attribute_id;
end;
