-- Stock per variant and location, reservations, and the append-only movements that explain every change.
-- First release: no previous release to run beside it.

create table locations (
  id uuid primary key,
  code text not null unique check (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name text not null,
  -- Lower is preferred when choosing where units come from.
  priority integer not null unique,
  created_at timestamptz not null
);

-- on_hand counts every unit in the building, reserved those promised to an order and not yet shipped.
create table stock_levels (
  variant_id uuid not null references variants,
  location_id uuid not null references locations,
  on_hand integer not null check (on_hand >= 0),
  reserved integer not null default 0 check (reserved >= 0),
  updated_at timestamptz not null,
  primary key (variant_id, location_id),
  constraint stock_levels_not_oversold check (reserved <= on_hand)
);

create table stock_movements (
  id bigint generated always as identity primary key,
  variant_id uuid not null,
  location_id uuid not null,
  delta integer not null check (delta <> 0),
  on_hand_after integer not null check (on_hand_after >= 0),
  reason text not null check (reason in ('import', 'correction', 'shipment')),
  order_id uuid,
  -- Who did it, as the kit's Actor.
  actor jsonb not null,
  at timestamptz not null,
  foreign key (variant_id, location_id) references stock_levels
);
create index stock_movements_level_idx on stock_movements (variant_id, location_id, id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger stock_movements_append_only before update or delete on stock_movements
  for each row execute function refuse_change();
