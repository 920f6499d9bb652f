-- Reviews of products, and how their stars add up to the rating of a product.
-- Everything is added; the previous release runs beside it.

create table reviews (
  id uuid primary key,
  product_id uuid not null references products on delete cascade,
  -- Null when the person was erased: what was published stays, without who wrote it.
  user_id uuid references users,
  rating smallint not null check (rating between 1 and 5),
  title text check (length(title) between 1 and 200),
  body text not null default '' check (length(body) <= 5000),
  display_name text check (length(display_name) between 1 and 60),
  -- Shoppers see approved ones only.
  status text not null check (status in ('pending', 'approved', 'rejected')),
  -- What staff say of their decision; the customer reads it.
  reason text check (length(reason) between 1 and 500),
  moderated_at timestamptz,
  -- Of an erased person, whether they had bought it; of anybody else the orders say it.
  verified_purchase boolean,
  -- What the shop answers.
  reply text check (length(reply) between 1 and 2000),
  replied_at timestamptz,
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((reply is null) = (replied_at is null)),
  check (status = 'pending' or moderated_at is not null),
  check (user_id is not null or verified_purchase is not null)
);
create unique index reviews_one_per_customer on reviews (user_id, product_id) where user_id is not null;
create index reviews_newest_idx on reviews (product_id, id desc) where status = 'approved';
create index reviews_rating_idx on reviews (product_id, rating, id) where status = 'approved';
create index reviews_status_idx on reviews (status, id);
create index reviews_product_id_idx on reviews (product_id, id);

-- Approved reviews by their stars; changed with a review by one statement.
create table product_stars (
  product_id uuid primary key references products on delete cascade,
  one integer not null check (one >= 0),
  two integer not null check (two >= 0),
  three integer not null check (three >= 0),
  four integer not null check (four >= 0),
  five integer not null check (five >= 0)
);

-- The average times 1000 of the stars and of what was imported, each as often as it was given; null of nothing.
create function rating_milli_of(imported_milli integer, imported_count integer, s product_stars) returns integer
language sql immutable parallel safe
return case when (case when imported_milli is null then 0 else imported_count end)
    + coalesce(s.one + s.two + s.three + s.four + s.five, 0) > 0 then round((
    coalesce(imported_milli::numeric * imported_count, 0)
      + 1000 * coalesce(s.one + 2 * s.two + 3 * s.three + 4 * s.four + 5 * s.five, 0)
  ) / ((case when imported_milli is null then 0 else imported_count end)
    + coalesce(s.one + s.two + s.three + s.four + s.five, 0)))::integer end;

create function rating_count_of(imported_milli integer, imported_count integer, s product_stars) returns integer
language sql immutable parallel safe
return case when imported_milli is null then 0 else imported_count end
  + coalesce(s.one + s.two + s.three + s.four + s.five, 0);

-- What is imported counts at once, whoever writes it.
create function weigh_imported_rating() returns trigger language plpgsql as $$
declare
  stars product_stars;
begin
  select * into stars from product_stars where product_id = new.id;
  new.rating_milli := rating_milli_of(new.imported_rating_milli, new.imported_rating_count, stars);
  new.rating_count := rating_count_of(new.imported_rating_milli, new.imported_rating_count, stars);
  return new;
end $$;
create trigger products_weigh_first_rating before insert on products
  for each row when (new.imported_rating_milli is not null) execute function weigh_imported_rating();
create trigger products_weigh_imported_rating before update on products
  for each row when (
    (old.imported_rating_milli, old.imported_rating_count) is distinct from
    (new.imported_rating_milli, new.imported_rating_count)
  ) execute function weigh_imported_rating();

-- What shoppers read of a product has changed with its reviews.
create trigger announced_insert after insert on reviews referencing new table as changed
  for each statement execute function announce_products('product_id');
create trigger announced_update after update on reviews referencing new table as changed
  for each statement execute function announce_products('product_id');
create trigger announced_delete after delete on reviews referencing old table as changed
  for each statement execute function announce_products('product_id');
create trigger announced_insert after insert on product_stars referencing new table as changed
  for each statement execute function announce_products('product_id');
create trigger announced_update after update on product_stars referencing new table as changed
  for each statement execute function announce_products('product_id');
create trigger announced_delete after delete on product_stars referencing old table as changed
  for each statement execute function announce_products('product_id');
