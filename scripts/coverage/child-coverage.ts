import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Range {
  startOffset: number;
  endOffset: number;
  count: number;
}

interface Script {
  url: string;
  functions: { ranges: Range[] }[];
}

interface Position {
  line: number;
  column: number;
}

/** Istanbul's record of one file, the parts of it that matter here. */
export interface FileCoverage {
  path: string;
  statementMap: Record<string, { start: Position; end: Position }>;
  s: Record<string, number>;
}

export type CoverageMap = Record<string, FileCoverage>;

/**
 * Adds what child processes ran to vitest's coverage. Type stripping replaces types by blanks, so an offset in V8's
 * report is the offset in the source, and each statement's count is that of the innermost range around its start.
 */
export async function addChildCoverage(coverage: CoverageMap, directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  const sources = new Map<string, number[]>();
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    for (const script of await readScripts(join(directory, name))) {
      const file = coverage[script.url.startsWith('file:') ? fileURLToPath(script.url.replace(/[?#].*$/, '')) : ''];
      if (file === undefined) continue;
      const lineStarts = sources.get(file.path) ?? lineOffsets(await readFile(file.path, 'utf8'));
      sources.set(file.path, lineStarts);
      addScript(file, lineStarts, script);
    }
  }
}

/** A process that was killed while writing leaves a broken report, which is left out. */
async function readScripts(path: string): Promise<Script[]> {
  try {
    const report: { result?: Script[] } = JSON.parse(await readFile(path, 'utf8'));
    return report.result ?? [];
  } catch {
    return [];
  }
}

/** Adds one script's counts to its file. */
export function addScript(file: FileCoverage, lineStarts: number[], script: Script): void {
  const ranges = script.functions.flatMap((each) => each.ranges);
  for (const [id, statement] of Object.entries(file.statementMap)) {
    const offset = (lineStarts[statement.start.line - 1] ?? 0) + statement.start.column;
    let innermost: Range | undefined;
    for (const range of ranges) {
      if (range.startOffset > offset || offset >= range.endOffset) continue;
      if (innermost === undefined || sizeOf(range) <= sizeOf(innermost)) innermost = range;
    }
    file.s[id] = (file.s[id] ?? 0) + (innermost?.count ?? 0);
  }
}

function sizeOf(range: Range): number {
  return range.endOffset - range.startOffset;
}

/** The offset at which each line begins. */
export function lineOffsets(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

export interface LineTotals {
  lines: number;
  covered: number;
  uncovered: number[];
}

/** Istanbul's definition of line coverage: a line counts when a statement begins on it, by that statement's best count. */
export function lineTotals(file: FileCoverage): LineTotals {
  const hits = new Map<number, number>();
  for (const [id, statement] of Object.entries(file.statementMap)) {
    const line = statement.start.line;
    hits.set(line, Math.max(hits.get(line) ?? 0, file.s[id] ?? 0));
  }
  const uncovered = [...hits].filter(([, count]) => count === 0).map(([line]) => line);
  return { lines: hits.size, covered: hits.size - uncovered.length, uncovered: uncovered.sort((a, b) => a - b) };
}
