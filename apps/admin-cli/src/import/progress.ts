import type { Cli } from '../cli.ts';
import { count } from '../output/text.ts';

const WIDTH = 24;
const REDRAW_MS = 100;

export interface Progress {
  /** Bytes of the file that were read so far. */
  read(bytes: number): void;
  /** Some more rows are in. */
  advance(rows: number): void;
  clear(): void;
}

/** A bar on standard error while a person looks at it, and nothing anywhere else. */
export function createProgress(cli: Cli, fileBytes: number): Progress {
  if (cli.json || !process.stderr.isTTY) return { read: () => {}, advance: () => {}, clear: () => {} };
  const startedAt = performance.now();
  let drawnAt = 0;
  let drawn = false;
  let bytesRead = 0;
  let rows = 0;
  return {
    read(bytes) {
      bytesRead = bytes;
    },
    advance(more) {
      rows += more;
      const now = performance.now();
      if (now - drawnAt < REDRAW_MS) return;
      drawnAt = now;
      drawn = true;
      const share = fileBytes === 0 ? 1 : bytesRead / fileBytes;
      const filled = Math.round(share * WIDTH);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`;
      const percent = String(Math.round(share * 100)).padStart(3);
      const rate = Math.round(rows / ((now - startedAt) / 1000));
      process.stderr.write(`\r\u001b[2K${bar} ${percent} %  ${count(rows)} rows, ${count(rate)}/s`);
    },
    clear() {
      if (drawn) process.stderr.write('\r\u001b[2K');
      drawn = false;
    },
  };
}
