-- API keys and invitations of staff; what the audit log is searched by. Nothing that the previous release uses changes.

-- A program's key: for the account that made it, with at most that account's permissions.
create table api_keys (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  name text not null check (length(name) between 1 and 100),
  -- What is shown of it, to tell it from others.
  prefix text not null check (prefix ~ '^cw_[0-9a-f]{8}$'),
  -- SHA-256 of the whole key, in hex.
  secret_hash text not null unique check (secret_hash ~ '^[0-9a-f]{64}$'),
  permissions text[] not null check (cardinality(permissions) > 0 and array_position(permissions, null) is null),
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  -- To the minute.
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_user_id_idx on api_keys (user_id);

-- Staff to be: they get these roles when they accept.
create table invitations (
  user_id uuid primary key references users on delete cascade,
  -- Where it was sent: it is worth nothing once the account has another address.
  email text not null,
  -- Whoever vouches for it. What they may not do any more when it is accepted, it does not give.
  invited_by uuid not null references users on delete cascade,
  -- The fact that announces it, and the one-time token of its link: a link that was sent before opens nothing.
  link_id uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at)
);
create index invitations_invited_by_idx on invitations (invited_by);
create table invitation_roles (
  user_id uuid not null references invitations on delete cascade,
  role_name text not null references roles,
  primary key (user_id, role_name)
);
create index invitation_roles_role_name_idx on invitation_roles (role_name);

create index audit_log_action_idx on audit_log (action, id);
create index audit_log_actor_user_id_idx on audit_log ((actor ->> 'userId'), id);
