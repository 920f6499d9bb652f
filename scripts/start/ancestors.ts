import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { commandLine, isAlive } from '../../packages/db/src/testing/postmaster-file.ts';

/**
 * Calls back once when one of the launchers above us (npx, npm, pnpm and the shells between them) is gone: they wait
 * for us as long as they live, so a missing one was killed, and nobody is left to pass a signal on.
 */
export function onLauncherGone(callback: () => void): void {
  const launchers = findLaunchers();
  if (launchers.length === 0) return;
  const timer = setInterval(() => {
    if (launchers.every(isAlive)) return;
    clearInterval(timer);
    callback();
  }, 500);
  timer.unref();
}

function findLaunchers(): number[] {
  // Someone who runs `node scripts/start.ts &` and closes the shell wants it to stay.
  if (process.env['npm_lifecycle_event'] === undefined) return [];
  const found: number[] = [];
  for (let pid = process.ppid; pid > 1 && isLauncher(commandLine(pid)); pid = parentOf(pid)) found.push(pid);
  return found;
}

/** `sh -c "pnpm start"`, `node …/npx -y pnpm@12 start`, `npm exec pnpm@12 start`, a `pnpm` binary. */
export function isLauncher(command: string[]): boolean {
  const [program = '', ...args] = command.flatMap((each) => each.split(' ')).filter(Boolean);
  const name = /^(npm|npx|pnpm|pnpx|corepack)(\.c?js|\.mjs|-cli\.js|\.exe)?$/;
  if (name.test(basename(program))) return true;
  if (/^(sh|bash|dash|zsh)$/.test(basename(program)))
    return args[0] === '-c' && /pnpm|npm|start\.ts/.test(args.join(' '));
  return /^node/.test(basename(program)) && args.some((argument) => name.test(basename(argument)));
}

function parentOf(pid: number): number {
  try {
    // The name in parentheses may itself hold spaces and parentheses.
    return Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? 0);
  } catch {
    try {
      return Number(execFileSync('ps', ['-p', String(pid), '-o', 'ppid='], { encoding: 'utf8', stdio: 'pipe' }));
    } catch {
      return 0;
    }
  }
}
