-- People, their refresh families, social identities and our token-signing keys.
-- First migration: no previous release to run beside it.

create table users (
  id uuid primary key,
  email text not null check (email = lower(email) and length(email) between 3 and 254),
  name text check (length(name) between 1 and 200),
  -- Null for a person who only ever signs in through an identity provider.
  password_hash text,
  roles text[] not null default '{customer}' check (cardinality(roles) > 0 and roles <@ array['customer', 'administrator']),
  status text not null default 'active' check (status in ('active', 'disabled')),
  email_verified_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index users_email_key on users (email);

-- One row is one Lucia session and one refresh family; id is the SHA-256 of the session id, in hex.
create table sessions (
  id text primary key check (length(id) = 64),
  user_id uuid not null references users on delete cascade,
  generation integer not null default 1 check (generation > 0),
  rotated_at timestamptz not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  user_agent text check (length(user_agent) <= 400)
);
create index sessions_user_id_idx on sessions (user_id);
create index sessions_expires_at_idx on sessions (expires_at);

create table identities (
  provider text not null check (length(provider) between 1 and 50),
  subject text not null check (length(subject) between 1 and 255),
  user_id uuid not null references users on delete cascade,
  created_at timestamptz not null,
  primary key (provider, subject)
);
create index identities_user_id_idx on identities (user_id);

-- The private half is sealed with a key derived from AUTH_SECRET: a database leak is not a key leak.
create table signing_keys (
  kid text primary key,
  public_jwk jsonb not null,
  private_key_sealed text not null,
  created_at timestamptz not null,
  retired_at timestamptz
);
