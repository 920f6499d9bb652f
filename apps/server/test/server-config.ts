import { type Config, loadConfig } from '@cartwright/api';
import type { TestDatabase } from '@cartwright/db/testing';

/** Settings as a process gets them from its environment: a free port, a database of the test's own. */
export function serverEnvironment(database: Pick<TestDatabase, 'url'>): Record<string, string> {
  return {
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: database.url,
    AUTH_SECRET: 'a secret that only tests may have, 40 chars',
    MAIL_DIR: '/nonexistent',
  };
}

export function serverConfig(database: Pick<TestDatabase, 'url'>, env: Record<string, string> = {}): Config {
  return loadConfig({ ...serverEnvironment(database), ...env });
}
