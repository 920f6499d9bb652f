import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

export interface PostmasterState {
  pid: number;
  port: number;
  ready: boolean;
}

/** Reads `postmaster.pid`, in which a running PostgreSQL writes its process id, port and status. */
export async function readPostmaster(dataDir: string): Promise<PostmasterState | undefined> {
  let text: string;
  try {
    text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8');
  } catch {
    return undefined;
  }
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7] === 'ready' };
}

/** Whether a process of this id runs (also one of another user). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  try {
    // In a container whose first process reaps no orphans, an ended process keeps its id as a zombie.
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

/**
 * Removes a lock file whose process is gone. PostgreSQL only does so itself when the id is not in use:
 * after a reboot, or in a restarted container, some other program often has it.
 */
export async function removeStaleLock(dataDir: string, state: PostmasterState): Promise<boolean> {
  if (isAlive(state.pid) && isPostgres(state.pid)) return false;
  await rm(join(dataDir, 'postmaster.pid'), { force: true });
  return true;
}

function isPostgres(pid: number): boolean {
  const [program] = commandLine(pid);
  return program === undefined || basename(program).startsWith('postgres');
}

/** The command line of a process; empty when the platform does not tell. */
export function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  } catch {
    try {
      const text = execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8', stdio: 'pipe' });
      return text.trim().split(/\s+/).filter(Boolean);
    } catch {
      return [];
    }
  }
}
