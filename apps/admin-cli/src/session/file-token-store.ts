import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TokenStore, Tokens } from '@cartwright/client';

/**
 * Keeps the session of one store in a file that only its owner can read. Commands that run at the same time share it:
 * the client asks it again before it refreshes, and a write replaces the file at once.
 */
export function fileTokenStore(file: string): TokenStore {
  return {
    async get() {
      try {
        const tokens: unknown = JSON.parse(await readFile(file, 'utf8'));
        return isTokens(tokens) ? tokens : undefined;
      } catch {
        return undefined;
      }
    },
    async set(tokens) {
      if (tokens === undefined) return rm(file, { force: true });
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const written = `${file}.${randomBytes(6).toString('hex')}`;
      await writeFile(written, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
      await rename(written, file);
    },
  };
}

/** One file per store, and another per account that the environment names. */
export function sessionFile(configDir: string, url: string, email?: string): string {
  const { host, pathname } = new URL(url);
  const key = createHash('sha256')
    .update(JSON.stringify([new URL(url).href, email]))
    .digest('hex')
    .slice(0, 12);
  const name = `${host}${pathname}`.replace(/[^a-zA-Z0-9.-]+/g, '_').replace(/(?<!_)_+$/, '');
  return join(configDir, 'sessions', `${name}-${key}.json`);
}

function isTokens(value: unknown): value is Tokens {
  if (typeof value !== 'object' || value === null) return false;
  const { accessToken, refreshToken, expiresAt } = value as Partial<Record<string, unknown>>;
  return typeof accessToken === 'string' && typeof refreshToken === 'string' && typeof expiresAt === 'number';
}
