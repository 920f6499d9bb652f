import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Generator } from './generator.ts';

/** `docs/state-machines.md`, once packages/api exports `stateMachinesMarkdown()` from src/state-machines.ts. */
export const stateMachines: Generator = {
  path: 'docs/state-machines.md',
  async generate({ root }) {
    const file = join(root, 'packages/api/src/state-machines.ts');
    if (!existsSync(file)) return undefined;
    const { stateMachinesMarkdown }: { stateMachinesMarkdown(): string } = await import(pathToFileURL(file).href);
    return stateMachinesMarkdown();
  },
};
