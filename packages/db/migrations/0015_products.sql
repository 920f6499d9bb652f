-- Kinds, texts in the locales of the store, SEO fields, tags, publish windows, ratings and former slugs of products;
-- brands; what a variant weighs and measures; bundles, whose variants are made of quantities of other variants.
-- Everything is added. The previous release runs beside it: a brand that only a product names is made by a trigger.

-- Lower case, each once, none empty or long.
create function is_tags(tags text[]) returns boolean language sql immutable parallel safe
return cardinality(tags) <= 100 and coalesce((
  select bool_and(t = lower(t) and t = btrim(t) and length(t) between 1 and 60) and count(*) = count(distinct t)
  from unnest(tags) as u (t)
), true);

create table brands (
  id uuid primary key,
  name text not null unique check (length(name) between 1 and 200),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 200),
  description text not null default '' check (length(description) <= 20000),
  -- { url, alt }
  image jsonb check (jsonb_typeof(image) = 'object'),
  seo_title text check (length(seo_title) between 1 and 200),
  seo_description text check (length(seo_description) between 1 and 500),
  -- { [locale]: { name, description, seoTitle, seoDescription } }
  translations jsonb not null default '{}' check (jsonb_typeof(translations) = 'object'),
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- A brand by its name, made when there is none. The slug ends in a part of the id where another brand has it.
create function ensure_brand(wanted text, at timestamptz) returns void language plpgsql as $$
declare
  new_id uuid := uuidv7();
  base text := coalesce(nullif(
    btrim(left(regexp_replace(lower(unaccent(wanted)), '[^a-z0-9]+', '-', 'g'), 150), '-'), ''), 'brand');
begin
  if exists (select from brands where name = wanted) then return; end if;
  insert into brands (id, name, slug, created_at, updated_at)
  values (new_id, wanted, base, at, at) on conflict do nothing;
  if exists (select from brands where name = wanted) then return; end if;
  insert into brands (id, name, slug, created_at, updated_at)
  values (new_id, wanted, base || '-' || right(new_id::text, 12), at, at) on conflict (name) do nothing;
end $$;

create function ensure_brand_of_product() returns trigger language plpgsql as $$
begin
  perform ensure_brand(new.brand, new.updated_at);
  return new;
end $$;

select ensure_brand(brand, first_at)
from (select brand, min(created_at) as first_at from products where brand is not null group by brand order by brand) b;

create trigger products_brand_exists before insert or update of brand on products
  for each row when (new.brand is not null) execute function ensure_brand_of_product();

alter table products
  add constraint products_brand_fkey foreign key (brand) references brands (name) on update cascade,
  -- Whether it is shipped, delivered without shipping, or made of other variants.
  add column kind text not null default 'physical' check (kind in ('physical', 'digital', 'bundle')),
  -- { [locale]: { title, description, seoTitle, seoDescription, attributes: { [code]: text } } }
  add column translations jsonb not null default '{}' check (jsonb_typeof(translations) = 'object'),
  add column seo_title text check (length(seo_title) between 1 and 200),
  add column seo_description text check (length(seo_description) between 1 and 500),
  add column tags text[] not null default '{}' check (is_tags(tags)),
  -- Shoppers see an active product from the one (or at once) until before the other (or for good).
  add column publish_at timestamptz,
  add column unpublish_at timestamptz,
  -- Of approved reviews and of what was imported; the average times 1000.
  add column rating_milli integer check (rating_milli between 0 and 5000),
  add column rating_count integer not null default 0 check (rating_count >= 0),
  add column imported_rating_milli integer check (imported_rating_milli between 0 and 5000),
  add column imported_rating_count integer not null default 0 check (imported_rating_count >= 0),
  add constraint products_publish_window check (publish_at < unpublish_at);
create index products_brand_idx on products (brand, id) where brand is not null;
create index products_tags_idx on products using gin (tags);
-- What the sweep looks for: windows that open or close.
create index products_publish_at_idx on products (publish_at) where publish_at is not null;
create index products_unpublish_at_idx on products (unpublish_at) where unpublish_at is not null;

-- Whether shoppers may see a product at an instant.
create function is_published(status text, publish_at timestamptz, unpublish_at timestamptz, at timestamptz)
returns boolean language sql immutable parallel safe
return status = 'active' and coalesce(publish_at <= at, true) and coalesce(at < unpublish_at, true);

-- Slugs that a product had. One that another product takes is that one's from then on.
create table product_slugs (
  slug text primary key check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 200),
  product_id uuid not null references products on delete cascade,
  retired_at timestamptz not null
);
create index product_slugs_product_id_idx on product_slugs (product_id);

-- The product of a slug, which it has or had.
create function product_of_slug(wanted text) returns uuid language sql stable parallel safe
return coalesce(
  (select id from products where slug = wanted),
  (select product_id from product_slugs where slug = wanted)
);

alter table variants
  add column weight_grams integer check (weight_grams between 0 and 100000000),
  add column length_mm integer check (length_mm between 0 and 10000000),
  add column width_mm integer check (width_mm between 0 and 10000000),
  add column height_mm integer check (height_mm between 0 and 10000000),
  -- { [attribute code]: value }: what this variant says differently from its product.
  add column attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object'),
  -- False: it is never out of stock, and no units of it are reserved.
  add column track_stock boolean not null default true,
  -- Made of other variants: its stock is theirs.
  add column is_bundle boolean not null default false,
  add constraint variants_id_is_bundle_key unique (id, is_bundle);

-- The two constant columns make it impossible that a bundle is made of bundles, whoever changes what at the same time.
create table variant_components (
  bundle_id uuid not null,
  component_id uuid not null,
  quantity integer not null check (quantity between 1 and 10000),
  position integer not null check (position >= 0),
  bundle_is_bundle boolean not null default true check (bundle_is_bundle),
  component_is_bundle boolean not null default false check (not component_is_bundle),
  primary key (bundle_id, component_id),
  constraint variant_components_bundle_fkey
    foreign key (bundle_id, bundle_is_bundle) references variants (id, is_bundle) on delete cascade,
  constraint variant_components_component_fkey
    foreign key (component_id, component_is_bundle) references variants (id, is_bundle)
);
create index variant_components_component_id_idx on variant_components (component_id);
