import { dirname, isAbsolute, join, relative } from 'node:path/posix';

/** What the published declarations may name besides themselves. */
const ALLOWED_PACKAGES = /^(@trpc\/(client|server)(\/.+)?|superjson)$/;

/** A comment, or a module specifier: examples in comments may name any package. */
const SPECIFIER = /(\/\*[\s\S]*?\*\/)|(\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(['"])([^'"]+)\3/g;

/** tRPC's router type carries the server's context and procedure meta, which no caller uses. */
const SERVER_TYPE_ARGUMENTS = /\b(ctx|meta): import\("[^"]+"\)(\.\w+)+;/g;

export interface Declarations {
  /** Text of a declaration file by its path, which is relative to the root of what was emitted. */
  read(path: string): Promise<string>;
  /** Path of the file that a package of ours exports under this specifier; undefined for others' packages. */
  own(specifier: string): string | undefined;
  /** Where a file is published. */
  published(path: string): string;
}

/**
 * The declaration files that `entry` reaches, by their emitted path and ready to be published: server types erased,
 * specifiers relative and ending in `.js`. Throws when one names a package that is not allowed, so that no server type is ever published.
 */
export async function declarationClosure(entry: string, files: Declarations): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const from = path;
    const text = (await files.read(path)).replace(SERVER_TYPE_ARGUMENTS, '$1: object;');
    const rewritten = text.replace(SPECIFIER, (whole, comment, before: string, quote: string, specifier: string) => {
      if (comment !== undefined) return whole;
      const target = targetOf(specifier, from, files);
      if (target === undefined) return whole;
      waiting.push(target);
      return `${before}${quote}${relativeSpecifier(files.published(from), files.published(target))}${quote}`;
    });
    found.set(path, rewritten);
  }
  return found;
}

function targetOf(specifier: string, from: string, files: Declarations): string | undefined {
  if (specifier.startsWith('.') || isAbsolute(specifier)) {
    return join(dirname(from), specifier).replace(/\.[jt]s$/, '.d.ts');
  }
  const own = files.own(specifier);
  if (own !== undefined) return own;
  if (ALLOWED_PACKAGES.test(specifier)) return undefined;
  throw new Error(`The client's types must not name "${specifier}", and ${from} does.`);
}

function relativeSpecifier(from: string, target: string): string {
  const path = relative(dirname(from), target).replace(/\.d\.ts$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}
