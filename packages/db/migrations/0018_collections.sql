-- Collections of products, chosen by hand or by rules; products that go with other products; units sold.
-- Everything is added; the previous release runs beside it, but what it sells meanwhile is counted by the new one only
-- when that order changes again.

create table collections (
  id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 200),
  title text not null check (length(title) between 1 and 200),
  description text not null default '' check (length(description) <= 20000),
  seo_title text check (length(seo_title) between 1 and 200),
  seo_description text check (length(seo_description) between 1 and 500),
  -- { [locale]: { title, description, seoTitle, seoDescription } }
  translations jsonb not null default '{}' check (jsonb_typeof(translations) = 'object'),
  kind text not null check (kind in ('manual', 'rules')),
  status text not null check (status in ('draft', 'active', 'archived')),
  -- In which order shoppers are to see its products.
  sort text not null check (sort in ('manual', 'newest', 'price', '-price', 'name', 'best-selling', 'rating')),
  position integer not null default 0,
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (sort <> 'manual' or kind = 'manual')
);
create index collections_position_idx on collections (position, id);

-- The products of a collection under one rule. A changed rule fills a set of its own, and shoppers see the old one
-- until it is full. The products of a manual collection are one set without a rule.
create table collection_sets (
  id uuid primary key,
  collection_id uuid not null references collections on delete cascade,
  state text not null check (state in ('building', 'live', 'retired')),
  match text check (match in ('all', 'any')),
  -- [{ field, in, code, currency, min, max, contains, withinDays, atLeast }], as the API has them
  conditions jsonb check (jsonb_typeof(conditions) = 'array' and jsonb_array_length(conditions) between 1 and 20),
  -- The last product that was looked at while it is filled.
  built_to uuid,
  created_at timestamptz not null,
  check ((match is null) = (conditions is null)),
  check (state <> 'building' or conditions is not null)
);
create unique index collection_sets_live_key on collection_sets (collection_id) where state = 'live';
create unique index collection_sets_building_key on collection_sets (collection_id) where state = 'building';
create index collection_sets_collection_id_idx on collection_sets (collection_id);

create table collection_products (
  product_id uuid not null references products on delete cascade,
  set_id uuid not null references collection_sets on delete cascade,
  -- In a manual collection; 0 where a rule decides.
  position integer not null default 0,
  -- When time alone takes it out, by a condition on its age.
  leaves_at timestamptz,
  primary key (product_id, set_id)
);
create index collection_products_set_id_idx on collection_products (set_id, position, product_id);
create index collection_products_leaves_at_idx on collection_products (leaves_at) where leaves_at is not null;

create table product_relations (
  product_id uuid not null references products on delete cascade,
  kind text not null check (kind in ('related', 'cross_sell', 'up_sell', 'accessory', 'substitute')),
  related_id uuid not null references products on delete cascade,
  position smallint not null check (position >= 0),
  primary key (product_id, kind, related_id),
  check (related_id <> product_id)
);
create index product_relations_related_id_idx on product_relations (related_id);

-- Units in orders that are placed and not cancelled.
create table product_sales (
  product_id uuid primary key references products on delete cascade,
  units bigint not null check (units >= 0),
  updated_at timestamptz not null
);

-- Whether an order's units are in product_sales: each is counted once, and taken out once.
create table order_sales (
  order_id uuid primary key references orders on delete cascade,
  counted boolean not null,
  at timestamptz not null
);

insert into order_sales (order_id, counted, at)
select id, true, updated_at from orders where status in ('confirmed', 'completed');

insert into product_sales (product_id, units, updated_at)
select i.product_id, sum(i.quantity), max(o.updated_at)
from order_items i join orders o on o.id = i.order_id
where o.status in ('confirmed', 'completed')
group by i.product_id;

-- A copy of product_sales.units, by which lists are sorted.
alter table listing add column units_sold bigint not null default 0 check (units_sold >= 0);
update listing l set units_sold = s.units from product_sales s where s.product_id = l.product_id;
create index listing_best_selling_idx on listing (category_id, currency, units_sold desc, product_id desc);

-- products.rating_milli, and by their number among equals: rating_milli * 10^9 + rating_count. 0 has none.
alter table listing add column sort_rating bigint not null default 0 check (sort_rating >= 0);
update listing l set sort_rating = p.rating_milli * 1000000000::bigint + least(p.rating_count, 999999999)
from products p where p.id = l.product_id and p.rating_milli is not null;
create index listing_rating_idx on listing (category_id, currency, sort_rating desc, product_id desc);
