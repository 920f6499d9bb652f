-- Announces, at commit, what has changed of what shoppers read, so that no process goes on giving old answers.
-- Functions and triggers only; the previous release runs beside it and announces its changes too.

-- A notification is '<transaction> <tag> <tag> …'. '*' stands for everything, 'product' for every product.
create function announce(tags text) returns void language sql
return pg_notify('catalog_changes', concat_ws(' ', pg_current_xact_id(), tags));

-- The argument, on every statement, whatever it touches.
create function announce_always() returns trigger language plpgsql as $$
begin
  perform announce(tg_argv[0]);
  return null;
end $$;

-- The argument, when rows have changed.
create function announce_rows() returns trigger language plpgsql as $$
begin
  if exists (select from changed) then perform announce(tg_argv[0]); end if;
  return null;
end $$;

-- For tables of products: `product:<id>` for each. The argument says what `changed` is known by.
create function announce_products() returns trigger language plpgsql as $$
declare
  ids uuid[];
begin
  case tg_argv[0]
    when 'id' then ids := array(select distinct id from changed);
    when 'product_id' then ids := array(select distinct product_id from changed);
    when 'bundle_id' then
      ids := array(select distinct v.product_id from changed c join variants v on v.id = c.bundle_id);
    when 'variant_id' then
      ids := array(select distinct v.product_id from changed c join variants v on v.id = c.variant_id);
    else
      -- Units of a variant are units of the bundles that it is part of.
      ids := array(
        select v.product_id from changed c join variants v on v.id = c.variant_id
        union
        select v.product_id from changed c
        join variant_components b on b.component_id = c.variant_id join variants v on v.id = b.bundle_id
      );
  end case;
  -- A notification holds 8,000 bytes.
  if cardinality(ids) > 100 then
    perform announce('product');
  elsif cardinality(ids) > 0 then
    perform announce('product:' || array_to_string(ids, ' product:'));
  end if;
  return null;
end $$;

-- For the lists that products are in: `listing:<category>` for each.
create function announce_listings() returns trigger language plpgsql as $$
declare
  ids uuid[] := array(select distinct category_id from changed);
begin
  if cardinality(ids) > 100 then
    perform announce('listing');
  elsif cardinality(ids) > 0 then
    perform announce('listing:' || array_to_string(ids, ' listing:'));
  end if;
  return null;
end $$;

-- Units sold decide about the order of one kind of list only, which says that it is made of them.
create function announce_listing_updates() returns trigger language plpgsql as $$
declare
  ids uuid[] := array(
    select distinct category_id from (
      select category_id, product_id, currency, price_minor, price_max_minor, sort_price, sort_title, published_at,
        sort_rating from changed
      except
      select category_id, product_id, currency, price_minor, price_max_minor, sort_price, sort_title, published_at,
        sort_rating from before
    ) c
  );
begin
  if cardinality(ids) > 100 then
    perform announce('listing');
  elsif cardinality(ids) > 0 then
    perform announce('listing:' || array_to_string(ids, ' listing:'));
  elsif exists (select from changed) then
    perform announce('sales');
  end if;
  return null;
end $$;

do $$
declare
  watched text;
  known_by text;
begin
  foreach watched in array array[
    'store_settings', 'store_currencies', 'store_locales', 'categories', 'category_slugs',
    'attributes', 'attribute_options', 'category_attributes', 'brands', 'collections'
  ] loop
    execute format('create trigger announced after insert or update or delete or truncate on %I
      for each statement execute function announce_always(''*'')', watched);
  end loop;
  foreach watched in array array['search_rules', 'search_synonyms', 'search_stop_words', 'search_statistics'] loop
    execute format('create trigger announced after insert or update or delete or truncate on %I
      for each statement execute function announce_always(''search'')', watched);
  end loop;
  -- Written for thousands of products at once, and by workers that often find nothing to write.
  for watched, known_by in values
    ('search_documents', 'search'), ('collection_sets', 'collections'), ('collection_products', 'collections')
  loop
    execute format('create trigger announced_insert after insert on %I referencing new table as changed
      for each statement execute function announce_rows(%L)', watched, known_by);
    execute format('create trigger announced_update after update on %I referencing new table as changed
      for each statement execute function announce_rows(%L)', watched, known_by);
    execute format('create trigger announced_delete after delete on %I referencing old table as changed
      for each statement execute function announce_rows(%L)', watched, known_by);
  end loop;
  for watched, known_by in values
    ('products', 'id'), ('variants', 'product_id'), ('product_categories', 'product_id'),
    ('product_slugs', 'product_id'), ('product_relations', 'product_id'), ('variant_components', 'bundle_id'), ('prices', 'variant_id'), ('stock_levels', 'stock')
  loop
    execute format('create trigger announced_insert after insert on %I referencing new table as changed
      for each statement execute function announce_products(%L)', watched, known_by);
    execute format('create trigger announced_update after update on %I referencing new table as changed
      for each statement execute function announce_products(%L)', watched, known_by);
    execute format('create trigger announced_delete after delete on %I referencing old table as changed
      for each statement execute function announce_products(%L)', watched, known_by);
  end loop;
end $$;

create trigger announced_insert after insert on listing referencing new table as changed
  for each statement execute function announce_listings();
create trigger announced_update after update on listing referencing old table as before new table as changed
  for each statement execute function announce_listing_updates();
create trigger announced_delete after delete on listing referencing old table as changed
  for each statement execute function announce_listings();

-- Not when a picture is uploaded or loses its last use.
create trigger announced after update of alt, translations, focal_x, focal_y, thumbhash, width, height on media_assets
  for each statement execute function announce_always('*');
