-- Orders, reservations, payments, refunds and fulfillments.
-- First release: no previous release to run beside it.

create sequence order_number_seq start 1001;

create table orders (
  id uuid primary key,
  number bigint not null unique default nextval('order_number_seq'),
  -- One cart becomes at most one order.
  cart_id uuid not null unique references carts,
  -- The cart's version when the lines were last taken from it.
  cart_version integer not null,
  customer_id uuid references users,
  email text not null check (length(email) between 3 and 254),
  status text not null check (status in ('pending', 'confirmed', 'completed', 'cancelled')),
  currency text not null references store_currencies,
  prices_include_tax boolean not null,
  subtotal_minor bigint not null check (subtotal_minor >= 0),
  discount_minor bigint not null default 0 check (discount_minor between 0 and subtotal_minor),
  shipping_minor bigint not null check (shipping_minor >= 0),
  shipping_tax_minor bigint not null check (shipping_tax_minor >= 0),
  shipping_tax_rate_ppm integer not null check (shipping_tax_rate_ppm >= 0),
  -- Tax of lines and shipping together; part of the total already where prices include tax.
  tax_minor bigint not null check (tax_minor >= 0),
  total_minor bigint not null check (total_minor >= 0),
  tax_rounding text not null check (tax_rounding in ('half-up-per-line')),
  shipping_address jsonb not null,
  billing_address jsonb not null,
  shipping_method_id uuid not null references shipping_methods,
  shipping_method_name text not null,
  -- Paid through a simulator or with a test key: no real money.
  test boolean not null default false,
  -- Counts what happened to it: each has one history row and, after the first, one outbox row.
  version integer not null default 1 check (version > 0),
  placed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint orders_total_adds_up check (
    total_minor = subtotal_minor - discount_minor + shipping_minor + case when prices_include_tax then 0 else tax_minor end
  ),
  check ((placed_at is null) = (status = 'pending') or status = 'cancelled')
);
create index orders_customer_id_idx on orders (customer_id, created_at desc, id desc) where customer_id is not null;
create index orders_created_at_idx on orders (created_at desc, id desc);

create table order_items (
  id uuid primary key,
  order_id uuid not null references orders on delete cascade,
  position integer not null,
  variant_id uuid not null references variants,
  product_id uuid not null references products,
  sku text not null,
  title text not null,
  options jsonb not null,
  image_url text,
  tax_class text not null,
  unit_price_minor bigint not null check (unit_price_minor >= 0),
  quantity integer not null check (quantity > 0),
  subtotal_minor bigint not null check (subtotal_minor = unit_price_minor * quantity),
  tax_rate_ppm integer not null check (tax_rate_ppm >= 0),
  tax_minor bigint not null check (tax_minor >= 0),
  -- What the line costs with tax.
  total_minor bigint not null check (total_minor >= subtotal_minor),
  fulfilled_quantity integer not null default 0 check (fulfilled_quantity between 0 and quantity),
  unique (order_id, position)
);

-- Timeline: one row a state change, in order.
create table order_history (
  order_id uuid not null references orders on delete cascade,
  version integer not null,
  event text not null,
  from_status text,
  to_status text not null,
  actor jsonb not null,
  detail jsonb not null default '{}',
  at timestamptz not null,
  primary key (order_id, version)
);
create trigger order_history_append_only before update or delete on order_history
  for each row execute function refuse_change();

create table reservations (
  id uuid primary key,
  order_id uuid not null references orders on delete cascade,
  variant_id uuid not null,
  location_id uuid not null,
  quantity integer not null check (quantity > 0),
  -- held while the payment is open, allocated once the order is placed
  state text not null check (state in ('held', 'allocated', 'shipped', 'released')),
  expires_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  foreign key (variant_id, location_id) references stock_levels,
  check ((state = 'held') = (expires_at is not null))
);
create index reservations_order_id_idx on reservations (order_id);
create index reservations_expiry_idx on reservations (expires_at) where state = 'held';

create table payments (
  id uuid primary key,
  order_id uuid not null references orders on delete cascade,
  provider text not null check (provider in ('stripe', 'manual')),
  amount_minor bigint not null check (amount_minor >= 0),
  currency text not null references store_currencies,
  status text not null check (status in ('created', 'requires_action', 'processing', 'authorized', 'captured', 'failed', 'voided', 'unknown')),
  -- What the shopper chose, e.g. a Stripe payment method id. Never card data.
  payment_method_id text check (length(payment_method_id) <= 200),
  provider_ref text check (length(provider_ref) <= 200),
  captured_minor bigint not null default 0 check (captured_minor between 0 and amount_minor),
  failure_code text,
  failure_message text,
  -- Money that arrived after another attempt had paid the order: it is sent back, never counted.
  superseded boolean not null default false,
  -- The shopper was given what it takes to pay it, so that it can still be paid after it has failed.
  payable_by_shopper boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((status = 'captured') = (captured_minor > 0) or amount_minor = 0),
  unique (provider, provider_ref)
);
create index payments_order_id_idx on payments (order_id, created_at);
create unique index payments_one_live_per_order on payments (order_id)
  where status in ('created', 'requires_action', 'processing', 'authorized', 'captured', 'unknown') and not superseded;
create index payments_open_idx on payments (updated_at)
  where status in ('created', 'requires_action', 'processing', 'unknown') or payable_by_shopper;

create table refunds (
  id uuid primary key,
  payment_id uuid not null references payments,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null references store_currencies,
  status text not null check (status in ('pending', 'submitted', 'succeeded', 'failed')),
  reason text not null check (reason in ('order_cancelled', 'late_payment')),
  provider_ref text,
  failure_message text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
-- Only whole refunds exist so far: at most one that has not failed for a payment.
create unique index refunds_one_per_payment on refunds (payment_id) where status <> 'failed';

create index refunds_open_idx on refunds (updated_at) where status in ('pending', 'submitted');

create table fulfillments (
  id uuid primary key,
  order_id uuid not null references orders on delete cascade,
  status text not null check (status in ('pending', 'shipped', 'delivered', 'cancelled')),
  carrier text check (length(carrier) <= 100),
  tracking_number text check (length(tracking_number) <= 100),
  created_at timestamptz not null,
  shipped_at timestamptz
);
create index fulfillments_order_id_idx on fulfillments (order_id);

create table fulfillment_items (
  fulfillment_id uuid not null references fulfillments on delete cascade,
  order_item_id uuid not null references order_items,
  quantity integer not null check (quantity > 0),
  primary key (fulfillment_id, order_item_id)
);
