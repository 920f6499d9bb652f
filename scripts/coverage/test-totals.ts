import { readFile } from 'node:fs/promises';

export interface TestTotals {
  passed: number;
  failed: number;
  skipped: number;
}

interface VitestResults {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

/** Reads vitest's JSON report. A file that could not even be loaded has no tests and counts as one failure. */
export async function readTotals(file: string): Promise<TestTotals> {
  let results: VitestResults;
  try {
    results = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const broken = results.testResults.filter(
    (each) => each.status === 'failed' && !each.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + broken,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

/** The last line of `pnpm test`. */
export function totalsLine(totals: TestTotals): string {
  return `tests: ${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`;
}
