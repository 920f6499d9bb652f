import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLine, isAlive } from '../../packages/db/src/testing/postmaster-file.ts';

interface RunFile {
  pid: number;
  url: string;
}

/** Something the person at the keyboard can put right: shown without a stack. */
export class StartRefused extends Error {}

/** Claims the data directory for this process, or says which process has it. Returns the release. */
export async function claimDataDirectory(dataDir: string, url: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'run.json');
  const mine: RunFile = { pid: process.pid, url };
  for (let attempt = 0; ; attempt += 1) {
    try {
      await writeFile(file, JSON.stringify(mine), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST') || attempt === 5) throw error;
    }
    const other = await readRunFile(file);
    if (other !== undefined && other.pid !== process.pid && runsUs(other.pid)) {
      throw new StartRefused(
        `Cartwright is already running from this folder: process ${other.pid}, ${other.url}. Stop that one first.`,
      );
    }
    await rm(file, { force: true });
  }
}

async function readRunFile(file: string): Promise<RunFile | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** After a crash and a reboot the id in the file may belong to anything, so its command line is looked at. */
function runsUs(pid: number): boolean {
  if (!isAlive(pid)) return false;
  const command = commandLine(pid).join(' ');
  return command === '' || command.includes('start');
}
