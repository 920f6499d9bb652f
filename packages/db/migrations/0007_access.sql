-- Staff roles, what a session says of its beginning, and the audit log.
-- users.roles becomes rows of user_roles: the previous release does not run beside this one.

create table roles (
  name text primary key check (name ~ '^[a-z][a-z0-9-]{0,49}$' and name <> 'customer'),
  description text not null default '' check (length(description) <= 500),
  -- `resource:action`. Empty for the administrator, who has every permission of the release that runs.
  permissions text[] not null default '{}' check (array_position(permissions, null) is null),
  built_in boolean not null default false,
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
insert into roles (name, description, built_in, created_at, updated_at)
values ('administrator', 'May do everything.', true, 'epoch', 'epoch');

create table user_roles (
  user_id uuid not null references users on delete cascade,
  role_name text not null references roles,
  granted_at timestamptz not null,
  primary key (user_id, role_name)
);
create index user_roles_role_name_idx on user_roles (role_name);
insert into user_roles (user_id, role_name, granted_at)
select id, 'administrator', updated_at from users where 'administrator' = any(roles);
alter table users drop column roles;

alter table users drop constraint users_status_check;
alter table users add constraint users_status_check check (status in ('active', 'disabled', 'erased'));

-- When the person last proved who they are, and how (RFC 8176).
alter table sessions add column authenticated_at timestamptz;
update sessions set authenticated_at = created_at;
alter table sessions alter column authenticated_at set not null;
alter table sessions add column amr text[] not null default '{pwd}' check (cardinality(amr) > 0);
-- Where it began.
alter table sessions add column address text check (length(address) <= 100);
-- The member of staff who looks at the store as this customer; such a session has no refresh token.
alter table sessions add column impersonator_id uuid references users on delete cascade;
create index sessions_impersonator_id_idx on sessions (impersonator_id) where impersonator_id is not null;

-- What staff did, and to what. Never a secret.
create table audit_log (
  id uuid primary key,
  at timestamptz not null,
  actor jsonb not null,
  action text not null check (length(action) between 3 and 100),
  -- "user:<id>", "role:<name>", …
  target text not null check (length(target) between 3 and 200),
  detail jsonb not null default '{}',
  request_id text not null
);
create index audit_log_target_idx on audit_log (target, id);
create trigger audit_log_append_only before update or delete on audit_log
  for each row execute function refuse_change();
