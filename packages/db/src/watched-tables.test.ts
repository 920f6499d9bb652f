import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, querySql, type TestDatabase } from './testing/index.ts';

/**
 * Tables that no answer to a guest is made of, or only together with one that is watched: a change of them need not be
 * announced. The last line is written with documents.
 */
const NOT_SHOWN = new Set(
  `api_keys audit_log cart_items carts customer_addresses customer_group_members customer_groups erasures
  fulfillment_items fulfillments idempotency_keys identities impersonations import_batches import_jobs import_rows inbox
  invitation_roles invitations marketing_consents one_time_tokens order_history order_items orders outbox passkeys
  payment_customers payments recovery_codes refunds reservations roles saved_payment_methods schema_migrations sessions
  signing_keys spent_notes stock_movements totp_factors user_roles users webauthn_challenges
  locations shipping_method_prices shipping_methods shipping_profiles tax_classes tax_rates
  media_sources media_sweeps media_uploads media_uses search_changes search_pending search_queries product_sales order_sales
  facet_values search_words`.split(/\s+/),
);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('every table that shoppers see says when it has changed', async () => {
  const rows = await querySql<{ name: string; announced: boolean }>(
    database.url,
    `select c.relname as name,
       exists (
         select from pg_trigger t join pg_proc f on f.oid = t.tgfoid
         where t.tgrelid = c.oid and f.proname like 'announce%'
       ) as announced
     from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace order by 1`,
  );
  const names = rows.filter(({ announced }) => !announced).map(({ name }) => name);
  expect(names.filter((name) => !NOT_SHOWN.has(name))).toEqual([]);
});
