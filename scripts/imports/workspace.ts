import { posix } from 'node:path';
import { blankOut, type Import, readImports } from './lex.ts';

export interface Manifest {
  name?: string;
  exports?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  path: string;
  source: string;
  /** Without comments and the insides of strings. */
  code: string;
  imports: (Import & { target: string | undefined })[];
  isTest: boolean;
}

export interface Workspace {
  files: Map<string, SourceFile>;
  /** By directory, as `packages/db`. */
  manifests: Map<string, Manifest>;
}

/** Reads the imports of every file and resolves those that stay in the workspace. */
export function makeWorkspace(sources: Record<string, string>, manifests: Record<string, Manifest>): Workspace {
  const files = new Map<string, SourceFile>();
  const byName = new Map(Object.entries(manifests).map(([dir, manifest]) => [manifest.name, { dir, manifest }]));
  for (const [path, source] of Object.entries(sources)) {
    const code = blankOut(source);
    const imports = readImports(source, code).map((each) => ({ ...each, target: resolve(path, each.specifier) }));
    files.set(path, { path, source, code, imports, isTest: isTestPath(path) });
  }
  return { files, manifests: new Map(Object.entries(manifests)) };

  function resolve(from: string, specifier: string): string | undefined {
    if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(from), specifier));
    const [scope = '', name = '', ...rest] = specifier.split('/');
    const member = byName.get(`${scope}/${name}`);
    const entry = member?.manifest.exports?.[['.', ...rest].join('/')];
    return member === undefined || entry === undefined ? undefined : posix.join(member.dir, entry);
  }
}

/** Tests, and what exists for tests only. */
function isTestPath(path: string): boolean {
  return /\.test\.ts$|\/testing\/|^apps\/[^/]+\/test\//.test(path);
}

/** `packages/api` of `packages/api/src/root.ts`; undefined outside of packages and apps. */
export function memberOf(path: string): string | undefined {
  return /^(?:packages|apps)\/[^/]+/.exec(path)?.[0];
}

/** `cart` of `packages/api/src/domains/cart/totals.ts`. */
export function sliceOf(path: string): string | undefined {
  return /^packages\/api\/src\/domains\/([^/]+)\//.exec(path)?.[1];
}

/** The npm package a specifier names: `hono` of `hono/cors`. */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}
