-- When a product's publish window has to be applied to the lists next; the components that an order line was made of;
-- orders of digital goods, which are not shipped. The previous release runs beside it until the first order without a
-- shipping method, which it cannot show.

alter table products
  -- The next instant at which its window opens or closes, until the lists and the search say so.
  add column window_due_at timestamptz;
create index products_window_due_at_idx on products (window_due_at) where window_due_at is not null;
drop index products_publish_at_idx, products_unpublish_at_idx;

-- Statuses and windows may have been written before this: the next sweep applies them.
update products set window_due_at = least(publish_at, unpublish_at)
where publish_at is not null or unpublish_at is not null;

alter table order_items
  -- [{ variantId, sku, title, options, quantity }] of one unit of a bundle; what is reserved and shipped
  add column components jsonb not null default '[]' check (jsonb_typeof(components) = 'array');

-- Both null when nothing of the order is shipped.
alter table orders
  alter column shipping_method_id drop not null,
  alter column shipping_method_name drop not null,
  add constraint orders_shipping_method_whole check ((shipping_method_id is null) = (shipping_method_name is null)),
  add constraint orders_not_shipped_costs_nothing check (
    shipping_method_id is not null or (shipping_minor = 0 and shipping_tax_minor = 0)
  );
