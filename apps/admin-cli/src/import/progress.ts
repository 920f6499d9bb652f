import type { Cli } from '../cli.ts';
import { count } from '../output/text.ts';

const WIDTH = 24;
const REDRAW_MS = 100;
const LINE_MS = 1000;

export interface Progress {
  /** Bytes of the file that were read so far. */
  read(bytes: number): void;
  /** Some more rows are in. */
  advance(rows: number): void;
  clear(): void;
}

interface State {
  rows: number;
  /** From 0 to 1. */
  share: number;
  rowsPerSecond: number;
  secondsLeft: number | null;
}

/** On standard error: a bar while a person looks at it, a line of JSON a second with `--json`, otherwise nothing. */
export function createProgress(cli: Cli, fileBytes: number): Progress {
  if (cli.json) {
    const write = ({ rows, share, rowsPerSecond, secondsLeft }: State): void =>
      cli.err(JSON.stringify({ progress: { rows, percent: Math.round(share * 100), rowsPerSecond, secondsLeft } }));
    return track(fileBytes, { everyMs: LINE_MS, show: write, clear: () => {} });
  }
  if (!process.stderr.isTTY) return { read: () => {}, advance: () => {}, clear: () => {} };
  let drawn = false;
  return track(fileBytes, {
    everyMs: REDRAW_MS,
    show(state) {
      drawn = true;
      process.stderr.write(`\r\u001b[2K${bar(state)}`);
    },
    clear() {
      if (drawn) process.stderr.write('\r\u001b[2K');
      drawn = false;
    },
  });
}

function track(
  fileBytes: number,
  { everyMs, show, clear }: { everyMs: number; show: (state: State) => void; clear: () => void },
): Progress {
  const startedAt = performance.now();
  let shownAt = startedAt;
  let bytesRead = 0;
  let rows = 0;
  return {
    read(bytes) {
      bytesRead = bytes;
    },
    advance(more) {
      rows += more;
      const now = performance.now();
      if (now - shownAt < everyMs) return;
      shownAt = now;
      const seconds = (now - startedAt) / 1000;
      const share = fileBytes === 0 ? 1 : Math.min(1, bytesRead / fileBytes);
      const secondsLeft = share === 0 ? null : Math.round(seconds / share - seconds);
      show({ rows, share, rowsPerSecond: Math.round(rows / seconds), secondsLeft });
    },
    clear,
  };
}

function bar({ rows, share, rowsPerSecond, secondsLeft }: State): string {
  const filled = Math.round(share * WIDTH);
  const percent = String(Math.round(share * 100)).padStart(3);
  const left = secondsLeft === null ? '' : `, ${secondsLeft} s left`;
  const drawn = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`;
  return `${drawn} ${percent} %  ${count(rows)} rows, ${count(rowsPerSecond)}/s${left}`;
}
