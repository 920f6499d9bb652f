-- Customers: what they say of themselves, where things go, what they agreed to, how they pay, the groups they are in,
-- and who looked at the store as one of them. Everything is added; the previous release runs beside it.

alter table users
  -- Digits with or without a leading plus.
  add column phone text check (phone ~ '^\+?[0-9]{4,15}$'),
  -- BCP 47, e.g. `de-AT`.
  add column locale text check (length(locale) between 2 and 35),
  add column currency text references store_currencies,
  -- Counts the changes of name, phone, locale and currency.
  add column profile_version integer not null default 1 check (profile_version > 0);

-- The words of a name without case and accents, in any script and whatever the locale of the database is.
create function name_words(name text) returns tsvector language sql immutable strict parallel safe
return array_to_tsvector(array_remove(regexp_split_to_array(
  public.unaccent('public.unaccent'::regdictionary, normalize(lower(name), NFKC)),
  '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+'
), ''));

-- Matches names that have a word beginning with each word of the text; null when it has no word.
create function name_query(text text) returns tsquery language sql immutable strict parallel safe
return (select string_agg(quote_literal(word) || ':*', ' & ')::tsquery from unnest(tsvector_to_array(name_words(text))) word);

create index users_email_prefix_idx on users (email text_pattern_ops);
create index users_name_words_idx on users using gin (name_words(name));
-- Numbers are looked for by their end, which is the same with and without a country.
create index users_phone_end_idx on users (reverse(phone) text_pattern_ops) where phone is not null;
create index users_created_at_idx on users (created_at);

create table customer_addresses (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  first_name text not null check (length(first_name) between 1 and 100),
  last_name text not null check (length(last_name) between 1 and 100),
  company text check (length(company) between 1 and 100),
  line1 text not null check (length(line1) between 1 and 200),
  line2 text check (length(line2) between 1 and 200),
  city text not null check (length(city) between 1 and 100),
  region text check (length(region) between 1 and 100),
  postal_code text not null check (length(postal_code) between 1 and 20),
  country text not null check (country ~ '^[A-Z]{2}$'),
  phone text check (length(phone) between 1 and 40),
  is_default_shipping boolean not null default false,
  is_default_billing boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index customer_addresses_user_id_idx on customer_addresses (user_id, id);
create unique index customer_addresses_one_default_shipping on customer_addresses (user_id) where is_default_shipping;
create unique index customer_addresses_one_default_billing on customer_addresses (user_id) where is_default_billing;

-- One row each time somebody agreed or withdrew. What holds now is the newest row of a channel.
create table marketing_consents (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  channel text not null check (channel in ('email', 'sms', 'phone', 'post')),
  action text not null check (action in ('granted', 'withdrawn')),
  source text not null check (source in ('account', 'registration', 'checkout', 'staff', 'import')),
  -- The wording that was agreed to.
  text_version text check (length(text_version) between 1 and 100),
  actor jsonb not null,
  at timestamptz not null,
  check (action = 'withdrawn' or text_version is not null)
);
create index marketing_consents_user_id_idx on marketing_consents (user_id, channel, id desc);

-- Proof lives as long as the account: it can go when the account has been erased or deleted, never before.
create function refuse_consent_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (select from users where id = old.user_id and status <> 'erased') then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger marketing_consents_append_only before update or delete on marketing_consents
  for each row execute function refuse_consent_change();

create table customer_groups (
  code text primary key check (code ~ '^[a-z][a-z0-9-]{0,49}$'),
  name text not null unique check (length(name) between 1 and 100),
  description text not null default '' check (length(description) <= 500),
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table customer_group_members (
  group_code text not null references customer_groups on delete cascade,
  user_id uuid not null references users on delete cascade,
  added_at timestamptz not null,
  primary key (group_code, user_id)
);
create index customer_group_members_user_id_idx on customer_group_members (user_id);

-- An account as a payment provider knows it.
create table payment_customers (
  user_id uuid not null references users on delete cascade,
  provider text not null check (provider in ('stripe')),
  reference text not null check (length(reference) between 1 and 200),
  created_at timestamptz not null,
  primary key (user_id, provider),
  unique (provider, reference)
);

-- Names of what a payment provider keeps, and what may be shown of it. Never card data.
create table saved_payment_methods (
  id uuid primary key,
  user_id uuid not null,
  provider text not null,
  reference text not null check (length(reference) between 1 and 200),
  type text not null check (length(type) between 1 and 50),
  brand text check (length(brand) between 1 and 50),
  last4 text check (last4 ~ '^[0-9]{4}$'),
  expires_month smallint check (expires_month between 1 and 12),
  expires_year smallint check (expires_year between 2000 and 2999),
  is_default boolean not null,
  created_at timestamptz not null,
  unique (provider, reference),
  foreign key (user_id, provider) references payment_customers on delete cascade,
  check ((expires_month is null) = (expires_year is null))
);
create index saved_payment_methods_user_id_idx on saved_payment_methods (user_id, id);
create unique index saved_payment_methods_one_default on saved_payment_methods (user_id) where is_default;

-- An impersonation ends with the session of the member of staff that began it.
alter table sessions add column impersonator_session_id text references sessions on delete cascade;
alter table sessions add constraint sessions_impersonator_check
  check ((impersonator_id is null) = (impersonator_session_id is null));
create index sessions_impersonator_session_id_idx on sessions (impersonator_session_id)
  where impersonator_session_id is not null;

-- Who looked at the store as whom, and until when. The reason is in the audit log.
create table impersonations (
  id uuid primary key,
  -- Hash of the session; the session itself goes when it ends.
  session_id text not null unique check (length(session_id) = 64),
  staff_id uuid not null references users on delete cascade,
  customer_id uuid not null references users on delete cascade,
  started_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > started_at),
  ended_at timestamptz check (ended_at >= started_at)
);
create index impersonations_open_idx on impersonations (staff_id) where ended_at is null;
create index impersonations_customer_id_idx on impersonations (customer_id, id desc);
