-- An uploaded picture may also be shown by its address alone, as a product that was exported and imported again does.
-- That is a use too: otherwise the picture could be deleted while products show it. The previous release runs beside it.

drop trigger products_media_added on products;
drop trigger products_media_changed on products;
drop trigger variants_media_added on variants;
drop trigger variants_media_changed on variants;
drop function media_used();
drop function media_ids(jsonb);

-- The hash in an address of ours, wherever the store is reached.
create function media_hash(url text) returns text language sql immutable strict parallel safe
return substring(url from '/media/([0-9a-f]{32})/');

-- Whether images may name assets: cheap, and true of every image that does.
create function names_media(images jsonb) returns boolean language sql immutable strict parallel safe
return images @? '$[*].mediaId' or images::text like '%/media/%';

-- Assets that are named by id, there or not, and those that are there of addresses; what is being deleted is waited for.
create function media_ids(images jsonb) returns setof uuid language sql volatile strict
begin atomic
  select (image ->> 'mediaId')::uuid from jsonb_array_elements(images) image where image ? 'mediaId'
  union
  select id from (
    select a.id from media_assets a
    where a.hash in (select media_hash(image ->> 'url') from jsonb_array_elements(images) image)
    order by a.id for key share
  ) addressed;
end;

create function media_used() returns trigger language plpgsql as $$
declare
  product uuid := case when tg_table_name = 'products' then new.id else (to_jsonb(new) ->> 'product_id')::uuid end;
  variant uuid := case when tg_table_name = 'variants' then new.id end;
  shown uuid[] := array(select id from media_ids(new.images) id order by id);
begin
  with gone as (
    delete from media_uses u
    where u.product_id = product and u.variant_id is not distinct from variant and not u.asset_id = any(shown)
    returning u.asset_id
  )
  update media_assets a set unused_since = new.updated_at from gone where a.id = gone.asset_id;
  insert into media_uses (asset_id, product_id, variant_id)
  select id, product, variant from unnest(shown) id
  on conflict do nothing;
  return null;
end $$;

create trigger products_media_added after insert on products
  for each row when (names_media(new.images)) execute function media_used();
create trigger products_media_changed after update of images on products
  for each row when (new.images is distinct from old.images and (names_media(new.images) or names_media(old.images)))
  execute function media_used();
create trigger variants_media_added after insert on variants
  for each row when (names_media(new.images)) execute function media_used();
create trigger variants_media_changed after update of images on variants
  for each row when (new.images is distinct from old.images and (names_media(new.images) or names_media(old.images)))
  execute function media_used();

insert into media_uses (asset_id, product_id, variant_id)
select a.id, p.id, null
from products p, jsonb_array_elements(p.images) image join media_assets a on a.hash = media_hash(image ->> 'url')
union
select a.id, v.product_id, v.id
from variants v, jsonb_array_elements(v.images) image join media_assets a on a.hash = media_hash(image ->> 'url')
on conflict do nothing;
