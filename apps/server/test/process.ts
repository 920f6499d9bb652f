import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A process of the server's, started as the supervisor does. */
export interface Running {
  child: ChildProcess;
  lines: string[];
  stderr: () => string;
  exited: Promise<number | null>;
  /** The first line of the log that says `message`. */
  line(message: string): Promise<Record<string, unknown>>;
}

const children: ChildProcess[] = [];

/** Ends what a failed test has left behind. */
export function killAll(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL');
}

/** Runs `src/<program>` with these settings and nothing else of ours. */
export function run(program: 'main.ts' | 'worker.ts', env: Record<string, string>, { ipc = false } = {}): Running {
  const stdio: ('ignore' | 'pipe' | 'ipc')[] = ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])];
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src', program)], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio,
  });
  children.push(child);
  const lines: string[] = [];
  let stderr = '';
  child.stderr?.on('data', (chunk) => (stderr += chunk));
  const waiting: (() => void)[] = [];
  const reader = child.stdout && createInterface({ input: child.stdout });
  reader?.on('line', (line) => {
    lines.push(line);
    for (const wake of waiting.splice(0)) wake();
  });
  // Not the child's own 'close', which never comes once this side has closed the IPC channel.
  const silent = [child.stdout, child.stderr].map((stream) => new Promise((done) => stream?.once('close', done)));
  const exited = new Promise<number | null>((done) => {
    child.once('exit', (code) => void Promise.all(silent).then(() => done(code)));
  });
  const line = async (message: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const found = lines.map((each) => JSON.parse(each)).find((each) => each.msg === message);
      if (found) return found;
      if (child.exitCode !== null) throw new Error(`ended: ${stderr}`);
      await Promise.race([new Promise<void>((wake) => waiting.push(wake)), exited]);
    }
  };
  return { child, lines, stderr: () => stderr, exited, line };
}
