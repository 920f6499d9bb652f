import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'tsdown';
import { declarationClosure } from './declaration-closure.ts';

/** `node packages/client/scripts/build.ts [--pack] [--out FOLDER]`: JavaScript and types in `dist/`, then a tarball. */
const run = promisify(execFile);
const packageDir = join(import.meta.dirname, '..');
const dist = join(packageDir, 'dist');
const emitted = join(dist, '.types');

const OWN: Record<string, string> = { '@cartwright/api/contract': 'packages/api/src/contract.d.ts' };

await rm(dist, { recursive: true, force: true });
await Promise.all([buildTypes(), buildJavaScript()]);
await rm(emitted, { recursive: true });
if (process.argv.includes('--pack')) console.log(await pack());

async function buildTypes(): Promise<void> {
  const tsc = join(packageDir, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc');
  const failed: { stdout: string } = await run(process.execPath, [
    tsc,
    '-p',
    join(packageDir, 'tsconfig.dts.json'),
    '--pretty',
    'false',
  ]).catch((error) => error);
  const files = await declarationClosure('packages/client/src/index.d.ts', {
    read: (path) => readFile(join(emitted, path), 'utf8'),
    own: (specifier) => OWN[specifier],
    published,
  });
  // Files of the server whose types cannot be written down do not matter unless they are published.
  const errors = failed.stdout.split('\n').filter((line) => files.has(line.replace(/\.ts\(.*/s, '.d.ts')));
  if (errors.length > 0) throw new Error(errors.join('\n'));
  for (const [path, text] of files) {
    const target = join(dist, 'types', published(path));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

/** `packages/api/src/root.d.ts` → `api/root.d.ts`. */
function published(path: string): string {
  return path.replace(/^packages\/([^/]+)\/src\//, '$1/');
}

async function buildJavaScript(): Promise<void> {
  await build({
    cwd: packageDir,
    entry: { index: 'src/index.ts' },
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    outDir: 'dist',
    clean: false,
    dts: false,
    config: false,
    logLevel: 'warn',
  });
}

/** Packs what was built; pnpm replaces `workspace:` and `catalog:` by versions. Returns the tarball's path. */
async function pack(): Promise<string> {
  const at = process.argv.indexOf('--out');
  const folder = at === -1 ? dist : (process.argv[at + 1] ?? dist);
  const { stdout } = await run('npx', ['-y', 'pnpm@12', 'pack', '--json', '--pack-destination', folder], {
    cwd: packageDir,
    shell: process.platform === 'win32',
  });
  const { filename } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { filename: string };
  return filename;
}
