import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { migrateQueue, type QueueDefinition } from './queue.ts';

const FOLDER = new URL('../migrations/', import.meta.url);
const ADVISORY_LOCK = 7_236_401;

/** The queues of the store. A topic that is announced in a transaction has one of the same name. */
export const queues = [
  { name: 'order.placed' },
  { name: 'order.cancelled' },
  { name: 'order.completed' },
  { name: 'user.already_registered' },
  { name: 'user.link_requested' },
  { name: 'user.sign_up_code' },
  { name: 'user.password_changed' },
  { name: 'user.email_change' },
  { name: 'user.security_changed' },
  { name: 'staff.invited' },
  { name: 'payment_method.removed' },
  { name: 'payment.event_received' },
  { name: 'refund.requested' },
  { name: 'catalog.refresh' },
  { name: 'collection.build' },
  { name: 'collections.leave', cron: '* * * * *' },
  { name: 'catalog.windows', cron: '* * * * *' },
  { name: 'payments.resolve', cron: '* * * * *' },
  { name: 'reservations.expire', cron: '* * * * *' },
  { name: 'impersonations.close', cron: '* * * * *' },
  { name: 'media.derive' },
  { name: 'media.sweep', cron: '37 3 * * *' },
  { name: 'search.rebuild' },
  { name: 'search.maintain', cron: '* * * * *' },
  { name: 'housekeeping', cron: '7 * * * *' },
] as const satisfies readonly QueueDefinition[];

export type QueueName = (typeof queues)[number]['name'];

/**
 * Applies every migration that has not been applied, each in its own transaction, then pg-boss's own.
 * Safe to run from several processes at once. Returns the names it applied.
 * Throws when a migration that was applied has been edited since.
 */
export async function migrate(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'cartwright-migrate' });
  await client.connect();
  const applied: string[] = [];
  try {
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK]);
    await client.query(
      'create table if not exists schema_migrations (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from schema_migrations',
    );
    const known = new Map(rows.map((row) => [row.name, row.checksum]));
    const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort();
    for (const name of names) {
      const text = await readFile(new URL(name, FOLDER), 'utf8');
      const checksum = createHash('sha256').update(text).digest('hex');
      const before = known.get(name);
      if (before === checksum) continue;
      if (before !== undefined) throw new Error(`Migration ${name} was edited after it was applied.`);
      await applyMigration(client, { name, text, checksum });
      applied.push(name);
    }
    await migrateQueue(url, queues);
  } finally {
    await client.end();
  }
  return applied;
}

async function applyMigration(
  client: pg.Client,
  migration: { name: string; text: string; checksum: string },
): Promise<void> {
  await client.query('begin');
  try {
    await client.query("set local lock_timeout = '2s'");
    await client.query(migration.text);
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
