import { readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Calls back once per burst of changes to the sources that server and worker load. */
export function onSourceChange(root: string, callback: (migrations: boolean) => void): void {
  let timer: NodeJS.Timeout | undefined;
  let migrations = false;
  const changed = (file: string | null): void => {
    if (file === null || !/\.(ts|sql)$/.test(file) || file.includes('.test.')) return;
    migrations ||= file.endsWith('.sql');
    clearTimeout(timer);
    timer = setTimeout(() => {
      callback(migrations);
      migrations = false;
    }, 200);
  };
  for (const directory of sourceDirectories(root)) {
    watch(directory, { recursive: true, persistent: false }, (_event, file) => changed(file));
  }
}

function sourceDirectories(root: string): string[] {
  const members = ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(root, group, entry.name)),
  );
  return members.flatMap((member) =>
    readdirSync(member)
      .filter((name) => name === 'src' || name === 'migrations')
      .map((name) => join(member, name)),
  );
}
