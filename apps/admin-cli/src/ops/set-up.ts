import { migrate } from '@cartwright/db';
import type { Cli } from '../cli.ts';
import { isAdministrator, makeAdministrator, newPassword } from './administrator.ts';
import { databaseUrl, withRuntime } from './runtime.ts';
import { seedIfEmpty } from './seed-store.ts';

const DEFAULT_EMAIL = 'admin@example.com';

/** `ops setup`: one line of JSON in any case, for the program that starts the store. */
export async function setUp(cli: Cli): Promise<undefined> {
  await migrate(databaseUrl(cli));
  const { adminEmail = DEFAULT_EMAIL, adminPassword } = cli.config;
  const result = await withRuntime(cli, async (runtime) => {
    const seeded = await seedIfEmpty(runtime);
    if (await isAdministrator(runtime, adminEmail)) return { adminEmail, adminPassword: null, seeded };
    const password = adminPassword ?? newPassword();
    await makeAdministrator(runtime, { email: adminEmail, password });
    return { adminEmail, adminPassword: adminPassword === undefined ? password : null, seeded };
  });
  cli.out(JSON.stringify(result));
}
