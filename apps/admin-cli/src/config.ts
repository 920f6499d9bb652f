import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the environment says; the only place of the CLI that looks at it. */
export interface CliConfig {
  url: string;
  /** For running where nobody is there to log in. */
  credentials: { email: string; password: string } | undefined;
  /** A key of a program instead. */
  apiKey: string | undefined;
  /** Folder of the sessions. */
  configDir: string;
  noColor: boolean;
  databaseUrl: string | undefined;
  /** Who the first administrator is, for `ops setup`. */
  adminEmail: string | undefined;
  adminPassword: string | undefined;
}

export type Environment = Record<string, string | undefined>;

export function readConfig(env: Environment = process.env): CliConfig {
  const read = (name: string): string | undefined => env[name]?.trim() || undefined;
  const email = read('CARTWRIGHT_EMAIL');
  // Spaces may belong to a password.
  const password = env['CARTWRIGHT_PASSWORD'] || undefined;
  const base = read('XDG_CONFIG_HOME') ?? (process.platform === 'win32' ? read('APPDATA') : undefined);
  return {
    url: read('CARTWRIGHT_URL') ?? 'http://localhost:3000',
    credentials: email !== undefined && password !== undefined ? { email, password } : undefined,
    apiKey: read('CARTWRIGHT_API_KEY'),
    configDir: join(base ?? join(homedir(), '.config'), 'cartwright'),
    noColor: (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb',
    databaseUrl: read('DATABASE_URL'),
    adminEmail: read('ADMIN_EMAIL'),
    adminPassword: env['ADMIN_PASSWORD'] || undefined,
  };
}

/** What a runtime of `ops` takes over from the environment; it needs no secrets of the server. */
export function opsEnvironment(env: Environment = process.env): Environment {
  const names = [
    'NODE_ENV',
    'REDIS_URL',
    'MEDIA_DIR',
    'S3_ENDPOINT',
    'S3_BUCKET',
    'S3_REGION',
    'S3_ACCESS_KEY_ID',
    'S3_SECRET_ACCESS_KEY',
    'PUBLIC_URL',
    'AUTH_SECRET',
    'ARGON2_MEMORY_KIB',
    'ARGON2_PASSES',
  ];
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
