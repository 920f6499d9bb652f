-- The order of the list of brands, so that a page of it is one short index scan; and a brand that is being renamed or
-- deleted while a product is given it: the product waits, and makes a brand of that name again. The previous release
-- still runs.

create index brands_sorted_idx on brands (lower(name) collate "C", id);

create or replace function ensure_brand(wanted text, at timestamptz) returns void language plpgsql as $$
declare
  new_id uuid := uuidv7();
  base text := coalesce(nullif(
    btrim(left(regexp_replace(lower(unaccent(wanted)), '[^a-z0-9]+', '-', 'g'), 150), '-'), ''), 'brand');
begin
  perform from brands where name = wanted for key share;
  if found then return; end if;
  insert into brands (id, name, slug, created_at, updated_at)
  values (new_id, wanted, base, at, at) on conflict do nothing;
  perform from brands where name = wanted for key share;
  if found then return; end if;
  insert into brands (id, name, slug, created_at, updated_at)
  values (new_id, wanted, base || '-' || right(new_id::text, 12), at, at) on conflict (name) do nothing;
end $$;
