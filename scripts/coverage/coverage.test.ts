import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addChildCoverage, type FileCoverage, lineTotals } from './child-coverage.ts';
import { readTotals, totalsLine } from './test-totals.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cartwright-coverage-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const SOURCE = `type Answer = { deep: number };
export function pick(flag: boolean): Answer {
  if (flag) {
    return { deep: 1 };
  }
  return { deep: 2 };
}
export const never = (): string => {
  return 'never';
};
`;

/** What vitest reports of SOURCE when no test of its own ran it. */
function uncovered(path: string): FileCoverage {
  const starts = [
    [3, 2],
    [4, 4],
    [6, 2],
    [8, 13],
    [9, 2],
  ];
  const statements = starts.map(([line = 0, column = 0], id) => {
    const start = { line, column };
    return [String(id), { start, end: start }] as const;
  });
  return {
    path,
    statementMap: Object.fromEntries(statements),
    s: Object.fromEntries(statements.map(([id]) => [id, 0])),
  };
}

describe('coverage of child processes', () => {
  it('counts the statements a type-stripped child ran, by the innermost range', async () => {
    const file = join(directory, 'pick.ts');
    const reports = join(directory, 'reports');
    await writeFile(file, SOURCE);
    const code = `import { pick } from ${JSON.stringify(pathToFileURL(file).href)}; pick(true); pick(true);`;
    spawnSync(process.execPath, ['--input-type=module', '-e', code], { env: { NODE_V8_COVERAGE: reports } });
    await writeFile(join(reports, 'coverage-broken.json'), '{"result": [');
    const coverage = { [file]: uncovered(file) };
    await addChildCoverage(coverage, reports);
    expect(coverage[file]?.s).toEqual({ 0: 2, 1: 2, 2: 0, 3: 1, 4: 0 });
    expect(lineTotals(coverage[file] ?? uncovered(file))).toEqual({ lines: 5, covered: 3, uncovered: [6, 9] });
  });

  it('is nothing when there were no children', async () => {
    const coverage = { a: uncovered('a') };
    await addChildCoverage(coverage, join(directory, 'absent'));
    expect(lineTotals(uncovered('a'))).toMatchObject({ lines: 5, covered: 0 });
  });

  it.skipIf(process.env['CARTWRIGHT_CHILD_COVERAGE'] === undefined)('is asked of every child a test spawns', () => {
    const args = ['-p', 'process.env.NODE_V8_COVERAGE'];
    const { stdout } = spawnSync(process.execPath, args, { env: {}, encoding: 'utf8' });
    expect(stdout.trim()).toBe(process.env['CARTWRIGHT_CHILD_COVERAGE']);
  });
});

describe('the totals line', () => {
  it('counts skipped and planned tests, and a file that could not be loaded as a failure', async () => {
    const file = join(directory, 'results.json');
    const results = {
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 1,
      testResults: [
        { status: 'failed', assertionResults: [{ status: 'failed' }] },
        { status: 'failed', assertionResults: [] },
        { status: 'passed', assertionResults: [{ status: 'passed' }] },
      ],
    };
    await writeFile(file, JSON.stringify(results));
    expect(totalsLine(await readTotals(file))).toBe('tests: 5 passed, 2 failed, 3 skipped');
  });

  it('is a failure when vitest wrote no report', async () => {
    expect(totalsLine(await readTotals(join(directory, 'none.json')))).toBe('tests: 0 passed, 1 failed, 0 skipped');
  });
});
