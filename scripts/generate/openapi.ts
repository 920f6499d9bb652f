import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Generator } from './generator.ts';

/** The OpenAPI document that the server also answers at /openapi.json. */
export const openApi: Generator = {
  path: 'docs/openapi.json',
  async generate({ root }) {
    const file = join(root, 'apps/server/src/rest/openapi.ts');
    if (!existsSync(file)) return undefined;
    const { openApiDocument }: { openApiDocument(): unknown } = await import(pathToFileURL(file).href);
    return `${JSON.stringify(await openApiDocument(), null, 2)}\n`;
  },
};
