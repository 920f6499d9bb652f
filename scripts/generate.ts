import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../packages/db/src/testing/embedded-postgres.ts';
import { commonPasswords } from './generate/common-passwords.ts';
import { checkErrorPages } from './generate/error-pages.ts';
import type { Generator, GeneratorSource } from './generate/generator.ts';
import { openApi } from './generate/openapi.ts';
import { schemaTypes } from './generate/schema.ts';
import { stateMachines } from './generate/state-machines.ts';

/** `pnpm generate` writes the generated files; with `--check` it says which of them are out of date and writes nothing. */
const GENERATORS: Generator[] = [schemaTypes, openApi, stateMachines, commonPasswords];
const root = join(import.meta.dirname, '..');
const checking = process.argv.includes('--check');

const directory = mkdtempSync(join(tmpdir(), 'cartwright-generate-'));
let postgres: Promise<EmbeddedPostgres> | undefined;
const source: GeneratorSource = {
  root,
  async migratedDatabase() {
    // The user that runs PostgreSQL for root must be able to pass.
    await chmod(directory, 0o755);
    postgres ??= startEmbeddedPostgres({ dataDir: join(directory, 'pg'), persistent: false, durable: false });
    const { url } = await postgres;
    const { migrate } = await import('../packages/db/src/migrate.ts');
    await migrate(url);
    return url;
  },
};

try {
  const problems: string[] = [];
  for (const generator of GENERATORS) {
    const text = await generator.generate(source);
    if (text === undefined || text === readIfThere(join(root, generator.path))) continue;
    if (checking) problems.push(`${generator.path} is out of date: run pnpm generate`);
    else {
      writeFileSync(join(root, generator.path), text);
      console.log(`wrote ${generator.path}`);
    }
  }
  if (checking) problems.push(...(await checkErrorPages(root)));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await (await postgres)?.stop();
  await rm(directory, { recursive: true, force: true });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
