-- Store settings, categories, products, variants, prices, and the two read projections (listing, search).
-- First release: no previous release to run beside it.

create extension if not exists unaccent;
create text search configuration store_english (copy = english);
alter text search configuration store_english
  alter mapping for hword, hword_part, word with unaccent, english_stem;

create table store_settings (
  id smallint primary key default 1 check (id = 1),
  name text not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  updated_at timestamptz not null
);

-- Whether prices in a currency are entered with tax (EUR: yes) or without it (USD: no).
create table store_currencies (
  code text primary key check (code ~ '^[A-Z]{3}$'),
  prices_include_tax boolean not null,
  position smallint not null unique
);

create table tax_classes (code text primary key check (code ~ '^[a-z][a-z0-9-]{0,49}$'), name text not null);

create table categories (
  id uuid primary key,
  parent_id uuid references categories,
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 200),
  name text not null check (length(name) between 1 and 200),
  position integer not null default 0,
  -- Root first, itself last: ancestors without recursion.
  path_ids uuid[] not null check (path_ids[cardinality(path_ids)] = id and cardinality(path_ids) <= 20),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique nulls not distinct (parent_id, name)
);

create table attributes (
  id integer generated always as identity primary key,
  code text not null unique check (length(code) between 1 and 200),
  name text not null check (length(name) between 1 and 200),
  type text not null check (type in ('text', 'integer', 'decimal', 'boolean', 'multi-text')),
  filterable boolean not null,
  searchable boolean not null,
  created_at timestamptz not null
);

create table products (
  id uuid primary key,
  -- The row's identity in an import file.
  external_id text unique check (length(external_id) between 1 and 200),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 200),
  title text not null check (length(title) between 1 and 500),
  description text not null default '' check (length(description) <= 100000),
  brand text check (length(brand) between 1 and 200),
  status text not null check (status in ('draft', 'active', 'archived')),
  -- Listed although no currency has a price; it cannot be bought.
  show_unpriced boolean not null default false,
  tax_class text not null default 'standard' references tax_classes,
  -- { [attribute code]: string | number | boolean | string[] }
  attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object'),
  -- [{ name, values: string[] }] in the order a shopper chooses
  options jsonb not null default '[]' check (jsonb_typeof(options) = 'array'),
  -- [{ url, alt }]
  images jsonb not null default '[]' check (jsonb_typeof(images) = 'array'),
  version integer not null default 1 check (version > 0),
  -- Fingerprint of the last imported row, so that importing it again writes nothing.
  import_hash text,
  published_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (status <> 'active' or published_at is not null)
);

create table product_categories (
  product_id uuid not null references products on delete cascade,
  category_id uuid not null references categories,
  position smallint not null,
  primary key (product_id, category_id)
);
create index product_categories_category_id_idx on product_categories (category_id);

create table variants (
  id uuid primary key,
  product_id uuid not null references products on delete cascade,
  external_id text check (length(external_id) between 1 and 200),
  -- Longer than a person may enter: an import keeps a SKU that another product holds as <sku>-<id>.
  sku text not null unique check (length(sku) between 1 and 500),
  -- GTIN, EAN or UPC
  barcode text check (length(barcode) between 1 and 50),
  -- { [option name]: value }
  options jsonb not null default '{}' check (jsonb_typeof(options) = 'object'),
  images jsonb not null default '[]' check (jsonb_typeof(images) = 'array'),
  position integer not null,
  status text not null default 'active' check (status in ('active', 'archived')),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index variants_product_id_idx on variants (product_id, position);

create table prices (
  variant_id uuid not null references variants on delete cascade,
  currency text not null references store_currencies,
  amount_minor bigint not null check (amount_minor between 0 and 9007199254740991),
  updated_at timestamptz not null,
  primary key (variant_id, currency)
);

-- Projection: what a shopper may see, once per category (ancestors included) and currency, so that a page
-- of any category in any order is one short index scan. The nil category is the whole store.
-- Written in the transaction of the catalog change, never by hand.
create table listing (
  category_id uuid not null,
  currency text not null references store_currencies,
  product_id uuid not null references products on delete cascade,
  price_minor bigint,
  price_max_minor bigint,
  -- price_minor, or the largest safe integer for a product shown without a price
  sort_price bigint not null,
  -- Lower case, and short enough that a cursor can carry it.
  sort_title text not null collate "C",
  published_at timestamptz not null,
  -- By product first: what a product is listed under is found and rewritten by its id.
  primary key (product_id, category_id, currency)
);
create index listing_newest_idx on listing (category_id, currency, published_at desc, product_id desc);
create index listing_price_idx on listing (category_id, currency, sort_price, product_id);
create index listing_title_idx on listing (category_id, currency, sort_title, product_id);

-- A facet is one (attribute, value) pair; a document carries their ids so that counting needs no join.
create table facet_values (
  id integer generated always as identity primary key,
  attribute_code text not null,
  value text not null check (length(value) <= 200),
  unique (attribute_code, value)
);

-- Projection: one row a product, drafts too (staff search them), written with it. Shoppers reach it through listing.
create table search_documents (
  product_id uuid primary key references products on delete cascade,
  document tsvector not null,
  facet_ids integer[] not null default '{}'
);
create index search_documents_document_idx on search_documents using gin (document);

create table import_jobs (
  id uuid primary key,
  kind text not null check (kind in ('products')),
  -- Fingerprint of the file: the same import started again with the same options resumes the unfinished job.
  source_hash text not null check (length(source_hash) between 1 and 128),
  options jsonb not null,
  status text not null check (status in ('running', 'completed')),
  -- Who started it, as the kit's Actor.
  actor jsonb not null,
  created_at timestamptz not null,
  completed_at timestamptz,
  check ((completed_at is null) = (status = 'running'))
);
create unique index import_jobs_running_key on import_jobs (kind, source_hash, options) where status = 'running';

create table import_batches (
  job_id uuid not null references import_jobs on delete cascade,
  batch integer not null check (batch >= 0),
  row_count integer not null check (row_count >= 0),
  request_hash text not null,
  -- What the first run answered; answered again to a repeated batch.
  result jsonb not null,
  created_at timestamptz not null,
  primary key (job_id, batch)
);
