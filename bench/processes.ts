import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Clock ticks of /proc, 100 a second on every Linux. */
const MICROS_PER_TICK = 10_000;
const STOP_MS = 9_000;

export interface RunningProcess {
  pid: number;
  stop(): Promise<void>;
}

export interface ProcessSpec {
  script: string;
  args?: string[];
  env: Record<string, string | undefined>;
  cwd: string;
  /** Where its output goes. */
  logFile: string;
}

/** Starts a Node program that ends with us: its IPC channel breaks when we die. */
export function launch(spec: ProcessSpec): RunningProcess {
  const log = openSync(spec.logFile, 'a');
  const child = spawn(process.execPath, [spec.script, ...(spec.args ?? [])], {
    cwd: spec.cwd,
    env: spec.env,
    stdio: ['ignore', log, log, 'ipc'],
  });
  if (child.pid === undefined) throw new Error(`${spec.script} could not be started`);
  child.on('error', (error) => console.error(`${spec.script}: ${error.message}`));
  return { pid: child.pid, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}

/** Runs a Node program to its end and answers what it printed; throws when it fails. `onStart` hears its process id. */
export function runToEnd(spec: Omit<ProcessSpec, 'logFile'> & { onStart?: (pid: number) => void }): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [spec.script, ...(spec.args ?? [])], {
      cwd: spec.cwd,
      env: spec.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (child.pid !== undefined) spec.onStart?.(child.pid);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done(stdout);
      else fail(new Error(`${spec.script} ${spec.args?.join(' ')} ended with ${code}:\n${stderr.slice(-2000)}`));
    });
  });
}

/** Waits until the URL answers 200. */
export async function untilReady(url: string, logFile: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
    await sleep(25);
  }
  throw new Error(`${url} did not become ready; see ${logFile}`);
}

/** User and system time of all threads, in microseconds; NaN where there is no /proc. */
export async function cpuMicros(pid: number): Promise<number> {
  const fields = await statOf(pid);
  return fields === undefined ? Number.NaN : (Number(fields[11]) + Number(fields[12])) * MICROS_PER_TICK;
}

/** The same of a PostgreSQL with all its backends that live now. */
export async function databaseCpuMicros(postmaster: number): Promise<number> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  let sum = 0;
  for (const pid of pids) {
    const fields = await statOf(pid);
    if (pid === postmaster || Number(fields?.[1]) === postmaster) sum += await cpuMicros(pid);
  }
  return pids.length === 0 ? Number.NaN : sum;
}

/** What follows the name in /proc/<pid>/stat: state, parent, … */
async function statOf(pid: number): Promise<string[] | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Resident memory in bytes; NaN where there is no /proc. */
export async function residentBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? Number.NaN) * 1024;
}
