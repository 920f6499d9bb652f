import { commonPasswords } from './common-passwords.ts';
import { refuse } from './errors.ts';

const common = new Set(commonPasswords);

/** Throws `password_too_common` for what is guessed first. Length is the schema's to say; nothing else is asked. */
export function assertUncommonPassword(password: string): void {
  if (common.has(password.toLowerCase())) throw refuse('password_too_common');
}
