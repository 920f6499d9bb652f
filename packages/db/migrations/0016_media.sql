-- Media: pictures that were uploaded, what they were uploaded as, uploads on their way, and which products show them.
-- Everything is added; the previous release runs beside it, and what it writes of products' images is followed by the
-- triggers too.

create table media_assets (
  id uuid primary key,
  -- Of the bytes that are kept: the first 32 digits of their SHA-256. Part of every address of the picture.
  hash text not null unique check (hash ~ '^[0-9a-f]{32}$'),
  format text not null check (format in ('jpeg', 'png', 'webp')),
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  bytes bigint not null check (bytes > 0),
  has_alpha boolean not null,
  -- Base64
  thumbhash text not null check (length(thumbhash) between 1 and 60),
  -- What the file was called when it was first uploaded; for people, part of no path.
  file_name text check (length(file_name) between 1 and 200),
  alt text not null default '' check (length(alt) <= 500),
  -- { [locale]: { alt } }
  translations jsonb not null default '{}' check (jsonb_typeof(translations) = 'object'),
  -- What stays in the picture when it is cropped, in percent of its width and height.
  focal_x smallint not null default 50 check (focal_x between 0 and 100),
  focal_y smallint not null default 50 check (focal_y between 0 and 100),
  version integer not null default 1 check (version > 0),
  -- When the last product stopped showing it, or when it was made.
  unused_since timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index media_assets_unused_since_idx on media_assets (unused_since);
create index media_assets_words_idx on media_assets
  using gin (name_words(coalesce(file_name, '') || ' ' || alt));

-- The files that became an asset, by the SHA-256 of their bytes: the same file again is the same asset.
create table media_sources (
  hash text primary key check (hash ~ '^[0-9a-f]{64}$'),
  asset_id uuid not null references media_assets on delete cascade,
  created_at timestamptz not null
);
create index media_sources_asset_id_idx on media_sources (asset_id);

create table media_uploads (
  id uuid primary key,
  content_type text not null
    check (content_type in ('image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif')),
  bytes bigint not null check (bytes > 0),
  file_name text check (length(file_name) between 1 and 200),
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  completed_at timestamptz,
  asset_id uuid references media_assets on delete set null,
  check (asset_id is null or completed_at is not null)
);
create index media_uploads_created_at_idx on media_uploads (created_at);
create index media_uploads_asset_id_idx on media_uploads (asset_id);

-- Who shows what, kept by triggers whoever writes the images of products and variants. An asset in use cannot go.
create table media_uses (
  asset_id uuid not null references media_assets,
  product_id uuid not null references products on delete cascade,
  variant_id uuid references variants on delete cascade,
  unique nulls not distinct (asset_id, product_id, variant_id)
);
create index media_uses_product_id_idx on media_uses (product_id);
create index media_uses_variant_id_idx on media_uses (variant_id) where variant_id is not null;

create function media_ids(images jsonb) returns setof uuid language sql immutable strict parallel safe
begin atomic
  select distinct (image ->> 'mediaId')::uuid from jsonb_array_elements(images) image where image ? 'mediaId';
end;

-- What loses its last use has been without one since the change that took it away.
create function media_used() returns trigger language plpgsql as $$
declare
  product uuid := case when tg_table_name = 'products' then new.id else (to_jsonb(new) ->> 'product_id')::uuid end;
  variant uuid := case when tg_table_name = 'variants' then new.id end;
begin
  with gone as (
    delete from media_uses u
    where u.product_id = product and u.variant_id is not distinct from variant
      and u.asset_id not in (select media_ids(new.images))
    returning u.asset_id
  )
  update media_assets a set unused_since = new.updated_at from gone where a.id = gone.asset_id;
  insert into media_uses (asset_id, product_id, variant_id)
  select id, product, variant from media_ids(new.images) id
  order by id
  on conflict do nothing;
  return null;
end $$;

create trigger products_media_added after insert on products
  for each row when (new.images @? '$[*].mediaId') execute function media_used();
create trigger products_media_changed after update of images on products
  for each row when (new.images is distinct from old.images) execute function media_used();
create trigger variants_media_added after insert on variants
  for each row when (new.images @? '$[*].mediaId') execute function media_used();
create trigger variants_media_changed after update of images on variants
  for each row when (new.images is distinct from old.images) execute function media_used();

-- What each look for leftovers has found and taken away.
create table media_sweeps (
  id uuid primary key,
  at timestamptz not null,
  uploads_deleted integer not null check (uploads_deleted >= 0),
  assets_deleted integer not null check (assets_deleted >= 0),
  blobs_deleted integer not null check (blobs_deleted >= 0),
  assets_without_blob integer not null check (assets_without_blob >= 0),
  -- The ids of some of them, at most a hundred.
  missing jsonb not null default '[]' check (jsonb_typeof(missing) = 'array')
);
create index media_sweeps_at_idx on media_sweeps (at);
