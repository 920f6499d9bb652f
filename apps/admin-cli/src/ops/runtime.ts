import { randomBytes } from 'node:crypto';
import { type Ctx, closeRuntime, createRuntime, type Logger, loadConfig, type Runtime } from '@cartwright/api';
import { type Cli, usageError } from '../cli.ts';
import { opsEnvironment } from '../config.ts';

/** Runs `work` with a runtime of its own on the database that DATABASE_URL names. */
export async function withRuntime<Result>(cli: Cli, work: (runtime: Runtime) => Promise<Result>): Promise<Result> {
  // Nothing here signs, pays or sends, so a missing secret is no reason to refuse.
  const config = loadConfig({
    AUTH_SECRET: randomBytes(48).toString('base64url'),
    MAIL_DIR: '.data/mail',
    ...opsEnvironment(),
    DATABASE_URL: databaseUrl(cli),
    DATABASE_POOL_SIZE: '2',
  });
  const runtime = await createRuntime(config, { log: logTo(cli) });
  try {
    return await work(runtime);
  } finally {
    await closeRuntime(runtime);
  }
}

/** A context in which services run on the operator's behalf. */
export function opsCtx(runtime: Runtime): Ctx {
  const now = runtime.clock.now();
  return {
    ...runtime,
    actor: { kind: 'job', name: 'cartwright ops' },
    requestId: runtime.ids.uuid(now),
    now,
    clientAddress: '127.0.0.1',
  };
}

export function databaseUrl(cli: Cli): string {
  const url = cli.config.databaseUrl;
  if (url === undefined) throw usageError('Set DATABASE_URL to the database of the store, postgres://….');
  return url;
}

/** Standard output belongs to the command's answer. */
function logTo(cli: Cli): Logger {
  const write = (fields: object, message: string): void => cli.err(`${message} ${JSON.stringify(fields)}`);
  return { debug: () => {}, info: () => {}, warn: write, error: write };
}
