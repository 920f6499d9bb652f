import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Report, Row } from './bench.ts';
import type { BenchConfig } from './config.ts';

export interface Circumstances {
  startedAt: Date;
  seconds: number;
  catalog: string;
  loadBefore: number;
  loadAfter: number;
}

/** The report as Markdown, which is what is printed and kept. */
export function markdown(config: BenchConfig, report: Report, about: Circumstances): string {
  const model = cpus()[0]?.model ?? 'unknown';
  const memory = Math.round(totalmem() / 1024 ** 3);
  const header = ['Measurement', 'Cartwright', 'Against', 'Ratio', 'Target', 'Met'];
  const cells = (row: Row): string[] => {
    const met = row.met === undefined ? '' : row.met ? 'yes' : '**no**';
    return [row.name, row.value, row.against ?? '', row.ratio ?? '', row.target ?? '', met];
  };
  const lines = [header, header.map(() => '---'), ...report.rows.map(cells)];
  return `# Benchmark of ${about.startedAt.toISOString().slice(0, 10)}

- Node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} cores (${model}), ${memory} GB.
- Server, worker, PostgreSQL and the load generator share this machine, and others may use it too: load average
  ${about.loadBefore.toFixed(2)} before and ${about.loadAfter.toFixed(2)} after. Read CPU and ratios, not requests a second.
- Catalog: ${about.catalog}.
- Three runs of ${config.seconds} s of each, in turn with what they are compared with; median (smallest–largest).
  Ratios are of the runs that followed one another. Pool of ${config.poolSize} connections on either side; everything on 127.0.0.1.
- Took ${Math.round(about.seconds)} s. What is measured how: docs/guides/benchmarks.md.

${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}
`;
}

/** Keeps a whole run under its date, and as the latest. */
export async function saveReport(
  config: BenchConfig,
  { text, report, about }: { text: string; report: Report; about: Circumstances },
): Promise<string> {
  await mkdir(config.resultsDir, { recursive: true });
  const name = join(config.resultsDir, about.startedAt.toISOString().slice(0, 10));
  const json = JSON.stringify({ ...about, ...report }, round, 1);
  await writeFile(`${name}.md`, text);
  await writeFile(`${name}.json`, `${json}\n`);
  await writeFile(join(config.resultsDir, 'latest.md'), text);
  return `${name}.md`;
}

const round = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
