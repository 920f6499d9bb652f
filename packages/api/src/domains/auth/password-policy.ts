import { readFileSync } from 'node:fs';
import { commonPasswords } from './common-passwords.ts';
import { refuse } from './errors.ts';

let known: ReadonlySet<string> | undefined;

/** Throws `password_too_common` for what is guessed first. Length is the schema's to say; nothing else is asked. */
export function assertUncommonPassword(password: string): void {
  known ??= new Set([...commonPasswords, ...leakedPasswords()]);
  if (known.has(password.toLowerCase())) throw refuse('password_too_common');
}

/** The about 18,000 that leaked most often, one a line. */
function leakedPasswords(): string[] {
  const text = readFileSync(new URL('./common-passwords.txt', import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
