import { type Algorithm, hash } from '@node-rs/argon2';
import type pg from 'pg';

export interface Account {
  email: string;
  password: string;
}

// A const enum, which type stripping cannot inline.
const ARGON2ID = 2 as Algorithm.Argon2id;
const PASSWORD = 'correct horse battery staple';

/** `count` accounts that can log in, straight into the table; they share one hash, since making it is slow on purpose. */
export async function createAccounts(pool: pg.Pool, { count, name }: { count: number; name: string }) {
  const passwordHash = await hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1, algorithm: ARGON2ID });
  const emails = Array.from({ length: count }, (_, n) => `${name}-${n}@example.com`);
  await pool.query(
    `insert into users (id, email, password_hash, status, created_at, updated_at)
     select gen_random_uuid(), email, $2, 'active', now(), now() from unnest($1::text[]) as email
     on conflict (email) do nothing`,
    [emails, passwordHash],
  );
  return emails.map((email): Account => ({ email, password: PASSWORD }));
}

/** Logs in over REST; answers the access token. Throws when it is refused. */
export async function logIn(url: string, account: Account): Promise<{ accessToken: string; refreshToken: string }> {
  const response = await fetch(`${url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  });
  if (!response.ok) throw new Error(`logging in answers ${response.status}: ${await response.text()}`);
  return (await response.json()) as { accessToken: string; refreshToken: string };
}
