import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { Report } from '../bench.ts';
import type { BenchConfig } from '../config.ts';
import { whole } from '../format.ts';
import { runToEnd } from '../processes.ts';
import { ADMIN } from '../store.ts';

const TARGET = 1_000;

/** Imports the file twice through the CLI; one run of each, for it is long enough. */
export async function measureImport(
  config: BenchConfig,
  { file, url, log }: { file: string; url: string; log: (line: string) => void },
): Promise<Report> {
  const rows = await countRows(file);
  const report: Report = { rows: [], details: {} };
  for (const name of ['Import, first run', 'Import, second run']) {
    const startedAt = performance.now();
    const output = await runToEnd({
      script: join(config.root, 'apps/admin-cli/src/main.ts'),
      args: ['import', 'products', file],
      env: {
        PATH: process.env['PATH'],
        HOME: config.dataDir,
        NODE_COMPILE_CACHE: join(config.dataDir, 'compile-cache'),
        CARTWRIGHT_URL: url,
        CARTWRIGHT_EMAIL: ADMIN.email,
        CARTWRIGHT_PASSWORD: ADMIN.password,
      },
      cwd: config.root,
    });
    const seconds = (performance.now() - startedAt) / 1000;
    const perSecond = rows / seconds;
    const counts = output.trimEnd().split('\n').at(-1) ?? '';
    log(`${name}: ${whole(perSecond)} products/s; ${counts}`);
    const isFirst = name === 'Import, first run';
    report.rows.push({
      name: `${name}: products a second`,
      value: `${whole(perSecond)} /s (${seconds.toFixed(1)} s; ${counts})`,
      ...(isFirst && { target: `≥ ${whole(TARGET)}`, met: perSecond >= TARGET }),
    });
    report.details[name] = { rows, seconds, perSecond, counts };
  }
  return report;
}

async function countRows(file: string): Promise<number> {
  const bytes = createReadStream(file);
  const lines = createInterface({ input: file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes });
  let count = 0;
  for await (const line of lines) if (line !== '') count += 1;
  return count;
}
