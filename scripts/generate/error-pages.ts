import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Every error code has a page, written by hand, and every page has a code. Returns what is wrong. */
export async function checkErrorPages(root: string): Promise<string[]> {
  const entry = join(root, 'packages/api/src/errors.ts');
  if (!existsSync(entry)) return [];
  const { errorCodes }: { errorCodes: readonly string[] } = await import(pathToFileURL(entry).href);
  const pages = readdirSync(join(root, 'docs/errors')).filter((name) => name.endsWith('.md') && name !== 'README.md');
  return compareErrorPages(errorCodes, pages);
}

/** Compares codes with the names of pages. */
export function compareErrorPages(codes: readonly string[], pages: readonly string[]): string[] {
  const missing = codes.filter((code) => !pages.includes(`${code}.md`));
  const unknown = pages.filter((page) => !codes.includes(page.replace(/\.md$/, '')));
  return [
    ...missing.map((code) => `docs/errors/${code}.md is missing`),
    ...unknown.map((page) => `docs/errors/${page} describes no error code`),
  ];
}
