import { execFileSync, type SpawnOptions } from 'node:child_process';
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Who runs PostgreSQL: nobody special, or for root (which PostgreSQL refuses) the user `postgres`. */
export interface Account {
  uid?: number;
  gid?: number;
  /** Linux, root, and a checkout below a private directory such as /root. */
  throughPrivateParents?: boolean;
}

const NAME = 'postgres';

/** The account PostgreSQL runs under; as root the user `postgres`, made when absent. */
export function unprivilegedAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const found = lookUp();
  if (found !== undefined) return found;
  try {
    execFileSync('groupadd', ['--system', NAME], { stdio: 'pipe' });
    execFileSync('useradd', ['--system', '--gid', NAME, '--no-create-home', NAME], { stdio: 'pipe' });
  } catch (error) {
    throw new Error('PostgreSQL does not run as root, and the user "postgres" could not be made', { cause: error });
  }
  return lookUp() ?? {};
}

function lookUp(): { uid: number; gid: number } | undefined {
  try {
    const id = (flag: string): number => Number(execFileSync('id', [flag, NAME], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/** Sees to it that another user can reach the paths, which it cannot when a directory above them is private. */
export async function ensureTraversable(account: Account, paths: string[]): Promise<Account> {
  if (account.uid === undefined) return account;
  for (const path of paths) {
    const closed = await closedParent(await realpath(path), account);
    if (closed === undefined) continue;
    if (process.platform === 'linux' && hasSetpriv()) return { ...account, throughPrivateParents: true };
    throw new Error(
      `root runs PostgreSQL as the user "postgres", which may not enter ${closed}: chmod o+x it, work elsewhere, or set DATABASE_URL`,
    );
  }
  return account;
}

async function closedParent(path: string, account: Account): Promise<string | undefined> {
  for (let at = path; ; at = dirname(at)) {
    const info = await stat(at);
    const bit = info.uid === account.uid ? 0o100 : info.gid === account.gid ? 0o010 : 0o001;
    if (info.isDirectory() && (info.mode & bit) === 0) return at;
    if (at === dirname(at)) return undefined;
  }
}

function hasSetpriv(): boolean {
  try {
    execFileSync('setpriv', ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/** How to spawn a program under the account. */
export function commandAs(
  account: Account,
  file: string,
  args: string[],
): { file: string; args: string[]; options: SpawnOptions } {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  if (account.uid === undefined || account.gid === undefined) return { file, args, options: { env } };
  if (account.throughPrivateParents !== true) {
    return { file, args, options: { env, cwd: '/', uid: account.uid, gid: account.gid } };
  }
  // The one capability that lets `postgres` pass directories it may not enter; it gives no right to change a file.
  const privileges = ['--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups'];
  privileges.push('--inh-caps', '+dac_read_search', '--ambient-caps', '+dac_read_search');
  return { file: 'setpriv', args: [...privileges, '--', file, ...args], options: { env, cwd: '/' } };
}
