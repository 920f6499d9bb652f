-- Signing keys that were revoked in an emergency, and how often a password was changed.
-- The previous release runs beside this one; only it does not see that a key was revoked.

-- Retired: signs no more from then on, its tokens verify until they expire. Revoked: dead, and its tokens with it.
alter table signing_keys add column revoked_at timestamptz;
alter table signing_keys add constraint signing_keys_revoked_check check (revoked_at is null or retired_at is not null);

-- A log-in that was proven with an older password opens no session. Hashing the same password anew changes nothing here.
alter table users add column password_version integer not null default 1 check (password_version > 0);
