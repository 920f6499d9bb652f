-- A product that comes into lists or leaves them, e.g. when its time has come, is another product page too.
-- Replaces a function; the previous release runs beside it.
create or replace function announce_listings() returns trigger language plpgsql as $$
declare
  lists uuid[] := array(select distinct category_id from changed);
  products uuid[] := array(select distinct product_id from changed);
begin
  if cardinality(lists) > 100 then
    perform announce('listing');
  elsif cardinality(lists) > 0 then
    perform announce('listing:' || array_to_string(lists, ' listing:'));
  end if;
  if cardinality(products) > 100 then
    perform announce('product');
  elsif cardinality(products) > 0 then
    perform announce('product:' || array_to_string(products, ' product:'));
  end if;
  return null;
end $$;
