-- Identities that can be shown and unlinked, and sign-ins that are finished once.
-- The previous release runs beside it: what it does not know has a default.

alter table identities add column id uuid not null default gen_random_uuid();
alter table identities add constraint identities_id_key unique (id);
-- The address at the provider when it was linked; shown, never compared.
alter table identities add column email text check (length(email) <= 254);
alter table identities add column last_used_at timestamptz;

-- Sealed texts (sign-ins on their way, proofs of an identity) that were presented; each works once.
create table spent_notes (
  -- SHA-256, in hex.
  id text primary key check (length(id) = 64),
  -- When the text itself stops working, and this row may go.
  expires_at timestamptz not null
);
create index spent_notes_expires_at_idx on spent_notes (expires_at);
