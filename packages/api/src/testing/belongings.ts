import type { TestRuntime } from './index.ts';
import { query } from './tell-outbox.ts';

const ROWS: Record<string, string> = {
  identities: `(provider, subject, user_id, created_at) values ('google', gen_random_uuid()::text, $1::uuid, now())`,
  totp_factors: `(user_id, secret_sealed, created_at) values ($1::uuid, 'sealed', now())`,
  recovery_codes: `(user_id, code_hash, created_at) values ($1::uuid, repeat('0', 64), now())`,
  passkeys: `(id, user_id, credential_id, public_key, sign_count, name, backed_up, created_at)
    values (gen_random_uuid(), $1::uuid, gen_random_uuid()::text, 'key', 0, 'A phone', true, now())`,
  api_keys: `(id, user_id, name, prefix, secret_hash, permissions, created_at, expires_at)
    values (gen_random_uuid(), $1::uuid, 'A key', 'cw_00000000', encode(sha256($1::uuid::text::bytea), 'hex'), '{orders:read}',
      now(), now() + '1 day')`,
  customer_addresses: `(id, user_id, first_name, last_name, line1, city, postal_code, country, created_at, updated_at)
    values (gen_random_uuid(), $1::uuid, 'A', 'B', 'C', 'D', 'E', 'DE', now(), now())`,
  payment_customers: `(user_id, provider, reference, created_at) values ($1::uuid, 'stripe', $1::uuid::text, now())`,
  saved_payment_methods: `(id, user_id, provider, reference, type, is_default, created_at)
    values (gen_random_uuid(), $1::uuid, 'stripe', 'pm_' || $1::uuid::text, 'card', true, now())`,
  marketing_consents: `(id, user_id, channel, action, source, text_version, actor, at)
    values (('00000000-0000-7000-8000-' || right($1::uuid::text, 12))::uuid, $1::uuid, 'email', 'granted', 'account', 't1', '{}', now())`,
};

/** What an account can have besides its password. */
export const BELONGINGS: readonly string[] = Object.keys(ROWS);

/** Gives an account one of each. */
export async function furnish(runtime: TestRuntime, userId: string): Promise<void> {
  for (const [table, row] of Object.entries(ROWS)) await query(runtime, `insert into ${table} ${row}`, [userId]);
}

/** Names of the tables where the account has something, and how often it agreed to marketing or withdrew. */
export async function belongingsOf(runtime: TestRuntime, userId: string): Promise<Record<string, number>> {
  const counts = BELONGINGS.map(
    (table) => `select '${table}' as name, count(*)::int as count from ${table} where user_id = $1::uuid`,
  );
  const rows = await query<{ name: string; count: number }>(runtime, counts.join(' union all '), [userId]);
  return Object.fromEntries(rows.filter(({ count }) => count > 0).map(({ name, count }) => [name, count]));
}
