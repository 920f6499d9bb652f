import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { checkRules } from './imports/rules.ts';
import { makeWorkspace } from './imports/workspace.ts';

/** The import rules R1 to R10 over every source file; prints violations and exits 1 when there are any. */
const root = join(import.meta.dirname, '..');
const read = (pattern: string): [string, string][] =>
  globSync(pattern, { cwd: root, exclude: (name) => name === 'node_modules' || name === 'dist' }).map((path) => [
    path.split(sep).join('/'),
    readFileSync(join(root, path), 'utf8'),
  ]);

const sources = Object.fromEntries(
  read('{packages,apps,scripts,bench}/**/*.ts').filter(([path]) => !path.endsWith('.d.ts')),
);
const manifests = Object.fromEntries(
  read('{packages,apps}/*/package.json').map(([path, text]) => [
    path.replace(/\/package\.json$/, ''),
    JSON.parse(text),
  ]),
);
const violations = checkRules(makeWorkspace(sources, manifests));
for (const each of violations) console.error(`${each.path}:${each.line} ${each.rule} ${each.message}`);
console.log(`${Object.keys(sources).length} files, ${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;
