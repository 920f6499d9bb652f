import type { PasswordHasher } from './password-hasher.ts';

/** Stub until written. */
export function createPasswordHasher(): PasswordHasher {
  return { hash: async (password) => password, verify: async (hash, password) => hash === password };
}
