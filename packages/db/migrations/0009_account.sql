-- Links that prove an address, who was erased, and what finds a person's data.
-- New tables and indexes only: the previous release runs beside it, but its worker waits with mails to known addresses.

-- The token itself is derived from the id and never stored; the hash is what a link is looked up by.
create table one_time_tokens (
  id uuid primary key,
  token_hash text not null unique check (length(token_hash) = 64),
  user_id uuid not null references users on delete cascade,
  purpose text not null check (purpose in ('verify_email', 'reset_password', 'change_email', 'invite')),
  -- change_email: { from, to }
  payload jsonb not null default '{}' check (jsonb_typeof(payload) = 'object'),
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null
);
-- A new token of a purpose replaces the one before it.
create unique index one_time_tokens_one_unused_key on one_time_tokens (user_id, purpose) where used_at is null;
create index one_time_tokens_user_id_idx on one_time_tokens (user_id);
create index one_time_tokens_expires_at_idx on one_time_tokens (expires_at);

-- Whose data were erased. Kept outside of backups too, so that a restored one can be erased again.
create table erasures (
  user_id uuid primary key references users,
  erased_at timestamptz not null,
  -- Who did it, as the kit's Actor.
  actor jsonb not null,
  -- Null while an order is still to be delivered, which needs its address until then.
  finished_at timestamptz
);
create index erasures_unfinished_idx on erasures (user_id) where finished_at is null;

-- What a provider told us of one payment.
create index inbox_payment_idx on inbox
  ((coalesce(payload #>> '{data,object,payment_intent}', payload #>> '{data,object,id}')));

-- Orders that a guest placed, by address: for claiming and for erasing them.
create index orders_guest_email_idx on orders (lower(email), created_at desc, id desc) where customer_id is null;

-- Facts hold ids only.
update outbox set payload = jsonb_build_object('userId', payload -> 'userId') where topic = 'user.already_registered';
