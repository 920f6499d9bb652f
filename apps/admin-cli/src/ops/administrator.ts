import { randomBytes } from 'node:crypto';
import { createAdministrator, type Runtime } from '@cartwright/api';
import { users } from '@cartwright/db';
import { opsCtx } from './runtime.ts';

const ROLE = 'administrator';

/** 120 bits, easy to copy. */
export function newPassword(): string {
  return randomBytes(15).toString('base64url');
}

/** Whether the address has an administrator's account already; one that has keeps its password. */
export async function isAdministrator(runtime: Runtime, email: string): Promise<boolean> {
  const user = await users.findUserByEmail(runtime.db, { email: email.trim().toLowerCase() });
  return user?.roles.includes(ROLE) ?? false;
}

/** Address of the administrator there is, whoever made it. */
export async function knownAdministrator(runtime: Runtime): Promise<string | undefined> {
  return (await users.findAdministrator(runtime.db))?.email;
}

/** Makes the address an administrator with this password. Throws when either is not acceptable. */
export async function makeAdministrator(runtime: Runtime, input: { email: string; password: string }): Promise<void> {
  await createAdministrator(opsCtx(runtime), input);
}
