-- Tax rates, shipping methods and carts.
-- First release: no previous release to run beside it.

-- Rates are integer parts per million: 19 % is 190000.
create table tax_rates (
  country text not null check (country ~ '^[A-Z]{2}$'),
  tax_class text not null references tax_classes,
  name text not null,
  rate_ppm integer not null check (rate_ppm between 0 and 1000000),
  primary key (country, tax_class)
);

create table shipping_methods (
  id uuid primary key,
  code text not null unique check (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name text not null,
  -- Empty: everywhere.
  countries text[] not null default '{}',
  tax_class text not null references tax_classes,
  position integer not null unique,
  active boolean not null default true
);

create table shipping_method_prices (
  shipping_method_id uuid not null references shipping_methods on delete cascade,
  currency text not null references store_currencies,
  price_minor bigint not null check (price_minor between 0 and 9007199254740991),
  -- Free when the goods cost at least this much.
  free_from_minor bigint check (free_from_minor > 0),
  primary key (shipping_method_id, currency)
);

create table carts (
  id uuid primary key,
  -- SHA-256 of the guest's capability, in hex; null once the cart belongs to a customer.
  token_hash text check (length(token_hash) = 64),
  customer_id uuid references users on delete cascade,
  currency text not null references store_currencies,
  status text not null default 'open' check (status in ('open', 'completed')),
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- A row without an owner and without a capability could never be reached.
  check (token_hash is not null or customer_id is not null)
);
create index carts_customer_id_idx on carts (customer_id) where customer_id is not null;

create table cart_items (
  id uuid primary key,
  cart_id uuid not null references carts on delete cascade,
  variant_id uuid not null references variants,
  quantity integer not null check (quantity between 1 and 10000),
  -- What the shopper was shown when the line was last written: checkout refuses a higher price silently taken.
  seen_price_minor bigint not null check (seen_price_minor >= 0),
  created_at timestamptz not null,
  unique (cart_id, variant_id)
);
