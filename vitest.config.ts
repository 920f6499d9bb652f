import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/**/*.test.ts', 'scripts/**/*.test.ts'],
    globalSetup: ['packages/db/src/testing/global-setup.ts'],
    setupFiles: ['scripts/coverage/children-setup.ts'],
    // Material for larger tests that is not part of the repository; they are skipped and say so where it is absent.
    env: { CARTWRIGHT_SHARED: process.env['CARTWRIGHT_SHARED'] || resolve(import.meta.dirname, '../shared') },
    pool: 'forks',
    // Tests wait for PostgreSQL and for child processes about as much as they compute.
    maxWorkers: Math.max(2, availableParallelism()),
    // Walks of every procedure take long where a machine has others to serve.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/testing/**', '**/*.gen.ts', '**/*.d.ts'],
      // scripts/test.ts adds what child processes covered to the json, reports and enforces the threshold.
      reporter: ['json'],
      reportsDirectory: 'coverage',
    },
  },
});
