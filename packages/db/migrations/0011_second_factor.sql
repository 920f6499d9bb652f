-- Second factors: one-time codes of an app, recovery codes, passkeys.
-- New tables only: the previous release runs beside it, but asks nobody for a second factor.

create table totp_factors (
  user_id uuid primary key references users on delete cascade,
  -- Sealed with a key derived from AUTH_SECRET: a database leak opens no second factor.
  secret_sealed text not null,
  created_at timestamptz not null,
  -- Null until a first code has shown that the app has the secret.
  confirmed_at timestamptz,
  -- The newest 30-second step whose code was used; no code of it or of an earlier one is taken again.
  last_step bigint,
  check ((confirmed_at is null) = (last_step is null))
);

create table recovery_codes (
  user_id uuid not null references users on delete cascade,
  code_hash text not null check (length(code_hash) = 64),
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);

create table passkeys (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  -- base64url, as the browser says it; at most 1,023 bytes (WebAuthn § 4).
  credential_id text not null unique check (length(credential_id) between 1 and 1364),
  -- COSE key, base64url.
  public_key text not null,
  -- How often the authenticator says it has signed; those that are copied between devices stay at 0.
  sign_count bigint not null check (sign_count >= 0),
  transports text[] not null default '{}',
  name text not null check (length(name) between 1 and 100),
  -- Whether it is kept by more than the device that made it.
  backed_up boolean not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkeys_user_id_idx on passkeys (user_id);

-- What a browser was asked to sign. A row is deleted by the one answer that it admits.
create table webauthn_challenges (
  challenge text primary key check (length(challenge) >= 22),
  purpose text not null check (purpose in ('register', 'log_in', 'second_factor', 'step_up')),
  -- Null where nobody has said who they are yet.
  user_id uuid references users on delete cascade,
  expires_at timestamptz not null,
  check ((purpose = 'log_in') = (user_id is null))
);
create index webauthn_challenges_user_id_idx on webauthn_challenges (user_id);
create index webauthn_challenges_expires_at_idx on webauthn_challenges (expires_at);
