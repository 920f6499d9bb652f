import { inject } from 'vitest';
import { cloneTemplate, type TestDatabase } from './test-database.ts';

export { freePort } from './embedded-postgres.ts';
export { type RedisServer, startRedisServer } from './redis-server.ts';
export { querySql, type TestDatabase } from './test-database.ts';

/** A migrated, empty database of this test file's own: call it in `beforeAll` and `drop()` it in `afterAll`. */
export function createTestDatabase(): Promise<TestDatabase> {
  return cloneTemplate(inject('pgUrl'));
}

/** The run's Redis, or '' when this machine has none: give every test file its own key prefix. */
export function testRedisUrl(): string {
  return inject('redisUrl');
}
