-- What suggestions look up by the beginnings of words; units sold in search. The previous release runs beside it.
create function search_names(name text, translations jsonb) returns tsvector language sql immutable parallel safe
return to_tsvector('store_simple', name || ' ' || jsonb_path_query_array(translations, '$.*.name')::text);

create index categories_names_idx on categories using gin (search_names(name, translations));
create index brands_names_idx on brands using gin (search_names(name, translations));

create function units_sold(wanted uuid) returns integer language sql stable parallel safe
return coalesce((select least(units, 2147483647)::integer from product_sales where product_id = wanted), 0);

create function note_sales_change() returns trigger language plpgsql as $$
begin
  insert into search_changes (product_id) values (new.product_id);
  return null;
end $$;
create trigger product_sales_note_change after insert or update of units on product_sales
  for each row execute function note_sales_change();
