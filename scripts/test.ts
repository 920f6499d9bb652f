import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { addChildCoverage, type CoverageMap, lineTotals } from './coverage/child-coverage.ts';
import { readTotals, totalsLine } from './coverage/test-totals.ts';

/** `pnpm test [vitest arguments]`: every test, the coverage of all processes, and one line of totals at the end. */
const MINIMUM_LINES_PERCENT = 90;
const root = join(import.meta.dirname, '..');
const passedOn = process.argv.slice(2).filter((argument) => argument !== '--');

process.exitCode = await main();

async function main(): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), 'cartwright-run-'));
  const childCoverage = join(scratch, 'children');
  const resultFile = join(scratch, 'results.json');
  await mkdir(childCoverage);
  // A filtered run shows what it ran; only the whole suite can answer for the whole code.
  const whole = passedOn.length === 0;
  try {
    const exitCode = await runVitest({ whole, childCoverage, resultFile });
    const coverageCode = whole && exitCode === 0 ? await reportCoverage(childCoverage) : 0;
    const totals = await readTotals(resultFile);
    // An error outside of any test (global setup, an unhandled rejection) fails the run too.
    const failed = exitCode === 0 ? totals.failed : Math.max(1, totals.failed);
    console.log(totalsLine({ ...totals, failed }));
    return failed > 0 ? Math.max(1, exitCode) : coverageCode;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function runVitest(o: { whole: boolean; childCoverage: string; resultFile: string }): Promise<number> {
  const cli = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${o.resultFile}`];
  const args = [cli, 'run', ...reporters, ...(o.whole ? ['--coverage'] : []), ...passedOn];
  const env = { ...process.env, ...(o.whole ? { CARTWRIGHT_CHILD_COVERAGE: o.childCoverage } : {}) };
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
    child.on('error', fail);
    child.on('close', (code, signal) => done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

async function reportCoverage(childCoverage: string): Promise<number> {
  const file = join(root, 'coverage', 'coverage-final.json');
  const coverage: CoverageMap = JSON.parse(await readFile(file, 'utf8'));
  await addChildCoverage(coverage, childCoverage);
  await writeFile(file, JSON.stringify(coverage));
  const rows = Object.values(coverage)
    .map((each) => ({ name: relative(root, each.path), ...lineTotals(each) }))
    .filter((row) => row.lines > 0);
  const lines = rows.reduce((sum, row) => sum + row.lines, 0);
  const covered = rows.reduce((sum, row) => sum + row.covered, 0);
  const percent = lines === 0 ? 100 : (100 * covered) / lines;
  const weakest = rows
    .filter((row) => row.uncovered.length > 0)
    .sort((a, b) => b.uncovered.length - a.uncovered.length);
  for (const row of weakest.slice(0, 10)) {
    console.log(`  ${row.covered}/${row.lines} lines  ${row.name}  not run: ${spans(row.uncovered)}`);
  }
  console.log(`coverage: ${percent.toFixed(2)} % of ${lines} lines in packages/ and apps/, child processes included`);
  if (percent >= MINIMUM_LINES_PERCENT) return 0;
  console.error(`coverage is below ${MINIMUM_LINES_PERCENT} % of lines`);
  return 1;
}

function spans(lines: number[]): string {
  return lines.slice(0, 12).join(' ') + (lines.length > 12 ? ' …' : '');
}
