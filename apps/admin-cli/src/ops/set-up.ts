import type { Runtime } from '@cartwright/api';
import { migrate } from '@cartwright/db';
import type { Cli } from '../cli.ts';
import { isAdministrator, knownAdministrator, makeAdministrator, newPassword } from './administrator.ts';
import { databaseUrl, inWords, withRuntime } from './runtime.ts';
import { seedIfEmpty } from './seed-store.ts';

const DEFAULT_EMAIL = 'admin@example.com';

/** `ops setup`: one line of JSON in any case, for the program that starts the store. */
export async function setUp(cli: Cli): Promise<undefined> {
  const url = databaseUrl(cli);
  await inWords(() => migrate(url));
  const result = await withRuntime(cli, async (runtime) => {
    const seeded = await seedIfEmpty(runtime);
    return { ...(await ensureAdministrator(cli, runtime)), seeded };
  });
  cli.out(JSON.stringify(result));
}

/**
 * The administrator that ADMIN_EMAIL names, or any when it names none. `adminPassword` is the one that was made here;
 * null when the account existed or ADMIN_PASSWORD gave it.
 */
async function ensureAdministrator(
  cli: Cli,
  runtime: Runtime,
): Promise<{ adminEmail: string; adminPassword: string | null }> {
  const { adminEmail: wanted, adminPassword: given } = cli.config;
  const adminEmail = wanted ?? (await knownAdministrator(runtime)) ?? DEFAULT_EMAIL;
  if (await isAdministrator(runtime, adminEmail)) return { adminEmail, adminPassword: null };
  const password = given ?? newPassword();
  await makeAdministrator(runtime, { email: adminEmail, password });
  return { adminEmail, adminPassword: given === undefined ? password : null };
}
