import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Environment } from './environment.ts';
import { readableLine } from './log-line.ts';

export interface ChildSpec {
  name: string;
  script: string;
  args?: string[];
  env: Environment;
  cwd: string;
  /** Called with every line of standard output, which is otherwise shown. */
  onLine?: (line: string) => void;
}

export interface Child {
  name: string;
  process: ChildProcess;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/**
 * Spawns a Node program. `detached` gives it its own process group, so a terminal's Ctrl-C reaches only the supervisor,
 * which then stops everything in order; the IPC channel tells the child when the supervisor is gone.
 */
export function spawnChild(spec: ChildSpec): Child {
  const shown = process.stdout.isTTY ? 'pipe' : 'inherit';
  const stdout = spec.onLine === undefined ? shown : 'pipe';
  const child = spawn(process.execPath, [spec.script, ...(spec.args ?? [])], {
    cwd: spec.cwd,
    env: spec.env,
    detached: true,
    stdio: ['ignore', stdout, shown, 'ipc'],
  });
  const show = (line: string): void => console.log(readableLine(spec.name, line));
  forEachLine(child.stdout, spec.onLine ?? show);
  forEachLine(child.stderr, show);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
    child.once('error', () => done({ code: 127, signal: null }));
    child.once('exit', (code, signal) => done({ code, signal }));
  });
  // A child that closes its end while we write would otherwise throw here.
  child.on('error', (error) => console.error(`${spec.name}: ${error.message}`));
  return { name: spec.name, process: child, exited };
}

function forEachLine(stream: Readable | null, handle: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream }).on('line', handle);
}

export function hasExited(child: Child): boolean {
  return child.process.exitCode !== null || child.process.signalCode !== null || child.process.pid === undefined;
}

/** SIGTERM, and SIGKILL for whoever is still there when the time is up. */
export async function stopChild(child: Child, graceMs: number): Promise<void> {
  if (hasExited(child)) return;
  child.process.kill('SIGTERM');
  const timer = setTimeout(() => killChild(child), graceMs);
  await child.exited;
  clearTimeout(timer);
}

/** Ends the child and whatever it may have started. */
export function killChild(child: Child): void {
  if (hasExited(child) || child.process.pid === undefined) return;
  try {
    process.kill(-child.process.pid, 'SIGKILL');
  } catch {
    child.process.kill('SIGKILL');
  }
}
