import { randomBytes } from 'node:crypto';
import {
  ConfigError,
  type Ctx,
  closeRuntime,
  createRuntime,
  DomainError,
  errorKinds,
  type Logger,
  loadConfig,
  type Runtime,
  toDomainError,
} from '@cartwright/api';
import { type Cli, CliError, usageError } from '../cli.ts';
import { opsEnvironment } from '../config.ts';

/** Runs `work` with a runtime of its own on the database that DATABASE_URL names. */
export async function withRuntime<Result>(cli: Cli, work: (runtime: Runtime) => Promise<Result>): Promise<Result> {
  const runtime = await inWords(() => createRuntime(opsConfig(cli), { log: logTo(cli) }));
  try {
    return await inWords(() => work(runtime));
  } finally {
    await closeRuntime(runtime);
  }
}

function opsConfig(cli: Cli): ReturnType<typeof loadConfig> {
  return loadConfig({
    // Nothing here signs, pays or sends, so a missing secret is no reason to refuse.
    AUTH_SECRET: randomBytes(48).toString('base64url'),
    MAIL_DIR: '.data/mail',
    ...opsEnvironment(),
    DATABASE_URL: databaseUrl(cli),
    DATABASE_POOL_SIZE: '2',
  });
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
  if (url === undefined || !/^postgres(ql)?:\/\//.test(url)) {
    throw usageError('Set DATABASE_URL to the database of the store, postgres://….');
  }
  return url;
}

/** Runs `work`; what the services and the database refuse gets the exit code of its kind. */
export async function inWords<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigError) throw usageError(error.message);
    const known = error instanceof DomainError ? error : toDomainError(error);
    if (known.kind === 'bug') throw error;
    const fields = JSON.stringify(known.details?.['issues'] ?? '').replace(/^""$/, '');
    throw new CliError(`${known.message}${fields && ` ${fields}`} (${known.code})`, {
      code: known.code,
      exitCode: errorKinds[known.kind].cliExit,
    });
  }
}

/** Standard output belongs to the command's answer. */
function logTo(cli: Cli): Logger {
  const write = (fields: object, message: string): void => cli.err(`${message} ${JSON.stringify(fields)}`);
  return { debug: () => {}, info: () => {}, warn: write, error: write };
}
