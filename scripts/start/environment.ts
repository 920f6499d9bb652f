import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../packages/db/src/testing/embedded-postgres.ts';
import { StartRefused } from './run-lock.ts';

export type Environment = Record<string, string | undefined>;

export interface Address {
  host: string;
  port: number;
  /** Where a process on this machine reaches the server. */
  localUrl: string;
  publicUrl: string;
}

/** The value, or undefined when the variable is unset or empty. */
export function setting(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value.trim() === '' ? undefined : value;
}

/** HOST, PORT (0: any free one) and PUBLIC_URL. */
export async function readAddress(env: Environment): Promise<Address> {
  const host = setting(env, 'HOST') ?? '127.0.0.1';
  const wanted = Number(setting(env, 'PORT') ?? 3000);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535) {
    throw new StartRefused(`PORT must be a number from 0 to 65535, and is "${env['PORT']}".`);
  }
  const port = wanted === 0 ? await freePort() : wanted;
  const local = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  const publicUrl = (setting(env, 'PUBLIC_URL') ?? `http://localhost:${port}`).replace(/\/+$/, '');
  return { host, port, localUrl: `http://${local}:${port}`, publicUrl };
}

/** Says so now, and what to do about it, rather than after the database is up. */
export function refuseTakenPort({ host, port }: Address): Promise<void> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const reasons: Record<string, string> = {
        EADDRINUSE: `Port ${port} on ${host} is already in use. Stop the other program, or choose another port: PORT=3001.`,
        EACCES: `Port ${port} on ${host} is not ours to use. Choose one above 1023: PORT=3001.`,
        EADDRNOTAVAIL: `HOST=${host} is not an address of this machine.`,
      };
      fail(new StartRefused(reasons[error.code ?? ''] ?? `Cannot listen on ${host}:${port}: ${error.message}`));
    });
    probe.listen(port, host, () => probe.close(() => done()));
  });
}

export interface Secrets {
  authSecret: string;
  stripeSecretKey: string;
  stripeWebhookSecret: string;
}

/** The secrets of this data directory, made on the first start and readable by its owner only. */
export async function readSecrets(dataDir: string): Promise<Secrets> {
  const file = join(dataDir, 'secrets.json');
  const known: Partial<Secrets> = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text),
    () => ({}),
  );
  const secrets: Secrets = {
    authSecret: known.authSecret ?? randomBytes(48).toString('base64url'),
    stripeSecretKey: known.stripeSecretKey ?? `sk_test_${randomBytes(18).toString('hex')}`,
    stripeWebhookSecret: known.stripeWebhookSecret ?? `whsec_${randomBytes(24).toString('hex')}`,
  };
  if (Object.keys(secrets).some((key) => !(key in known))) {
    await writeFile(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  }
  return secrets;
}

/** What server, worker and `ops` get, apart from the addresses of what is started for them. */
export function childEnvironment(
  env: Environment,
  o: { address: Address; secrets: Secrets; dataDir: string; databaseUrl: string },
): Environment {
  const production = env['NODE_ENV'] === 'production';
  const generated: Environment = {
    // In production the server refuses to start without a secret of its own; see apps/server/src/config.ts.
    AUTH_SECRET: production ? undefined : o.secrets.authSecret,
    // Nor does it write mail to a folder then.
    MAIL_DIR: production || setting(env, 'SMTP_URL') !== undefined ? undefined : join(o.dataDir, 'mail'),
    MEDIA_DIR: join(o.dataDir, 'media'),
    NODE_COMPILE_CACHE: join(o.dataDir, 'compile-cache'),
  };
  const given = Object.fromEntries(Object.keys(generated).map((name) => [name, setting(env, name) ?? generated[name]]));
  return {
    ...env,
    ...given,
    HOST: o.address.host,
    PORT: String(o.address.port),
    PUBLIC_URL: o.address.publicUrl,
    DATABASE_URL: o.databaseUrl,
  };
}
