import { join, resolve } from 'node:path';
import { runStore } from './start/main.ts';

/** `pnpm start` and `pnpm dev` (`--watch`): the whole store from one command. */
const root = resolve(import.meta.dirname, '..');
const at = (path: string): string => join(root, path);

const exitCode = await runStore({
  root,
  dataDir: resolve(root, process.env['CARTWRIGHT_DATA_DIR'] ?? '.data'),
  env: process.env,
  watch: process.argv.includes('--watch'),
  scripts: {
    server: at('apps/server/src/main.ts'),
    worker: at('apps/server/src/worker.ts'),
    simulator: at('packages/simulators/src/main.ts'),
    setup: [at('apps/admin-cli/src/main.ts'), 'ops', 'setup', '--json'],
  },
});
// A request that hangs in a library must not keep a store alive that has stopped.
process.exit(exitCode);
