-- What we must tell others (outbox), what others told us (inbox), and what we answered before (idempotency).
-- First release: no previous release to run beside it.

create table outbox (
  id uuid primary key,
  -- "order:<id>", "payment:<id>", …
  aggregate text not null check (length(aggregate) between 3 and 200),
  version integer not null check (version > 0),
  topic text not null check (length(topic) between 3 and 100),
  payload jsonb not null,
  created_at timestamptz not null,
  delivered_at timestamptz,
  unique (aggregate, version)
);

create table inbox (
  provider text not null,
  event_id text not null check (length(event_id) between 1 and 200),
  type text not null,
  payload jsonb not null,
  received_at timestamptz not null,
  applied_at timestamptz,
  -- Why an event had no effect, when it had none.
  note text,
  primary key (provider, event_id)
);

create table idempotency_keys (
  scope text not null,
  procedure text not null,
  key text not null check (length(key) between 1 and 255),
  request_hash text not null,
  -- Null while the first request is at work, which it may be until locked_until.
  response text,
  locked_until timestamptz not null,
  created_at timestamptz not null,
  primary key (scope, procedure, key)
);
create index idempotency_keys_created_at_idx on idempotency_keys (created_at);
