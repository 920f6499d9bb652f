import { isFaultPlan, type StripeSimulatorOptions } from './stripe/index.ts';

function numberFrom(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Error(`${name} must be a whole number, not ${JSON.stringify(text)}`);
}

function faultsFrom(text: string | undefined): StripeSimulatorOptions['faults'] {
  if (text === undefined || text === '') return {};
  const plan: unknown = JSON.parse(text);
  if (isFaultPlan(plan)) return plan;
  throw new Error('FAULTS must be a fault plan in JSON');
}

/** Reads the options of the runnable simulator; the only reader of the environment in this package. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): StripeSimulatorOptions {
  const port = numberFrom('PORT', env['PORT']);
  const seed = numberFrom('SEED', env['SEED']);
  const text = (name: string) => (env[name] === '' ? undefined : env[name]);
  return {
    port: port ?? 0,
    host: text('HOST') ?? '127.0.0.1',
    secretKey: text('SECRET_KEY') ?? 'sk_test_simulator',
    publishableKey: text('PUBLISHABLE_KEY') ?? 'pk_test_simulator',
    webhookSecret: text('WEBHOOK_SECRET') ?? 'whsec_simulator',
    webhookUrl: text('WEBHOOK_URL'),
    ledgerFile: text('LEDGER_FILE'),
    publicUrl: text('PUBLIC_URL'),
    faults: faultsFrom(env['FAULTS']) ?? {},
    seed: seed ?? 1,
  };
}

/** The folder of material that is not part of the repository, when the environment names one. */
export function sharedFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env['CARTWRIGHT_SHARED'];
}
