import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const MEASUREMENTS = [
  'import',
  'idle',
  'category',
  'product',
  'cached',
  'known',
  'category-anew',
  'product-anew',
  'search',
  'cart',
  'statements',
  'authenticated',
  'refresh',
  'storm',
  'purchase',
  'stripe',
] as const;
export type MeasurementName = (typeof MEASUREMENTS)[number];

export interface BenchConfig {
  root: string;
  /** What the benchmark may delete and write. */
  dataDir: string;
  resultsDir: string;
  /** The folder that may hold `data/catalog.ndjson.gz`. */
  sharedDir: string;
  names: readonly MeasurementName[];
  /** True for a run of everything, which starts from an empty database. */
  whole: boolean;
  /** Length of one run; there are three of each. */
  seconds: number;
  /** Connections of the servers and of the raw loop. */
  poolSize: number;
}

const HELP = `pnpm bench [--only NAME] [--seconds N] [--data-dir DIR]

  --only NAME    one of ${MEASUREMENTS.join(', ')}; may be repeated. Uses the catalog of the run before.
  --seconds N    length of one run of a measurement (1 to 30, default 4); there are three of each.
  --data-dir DIR where database and logs go (default .data/bench); a run of everything empties it.`;

/** Reads the command line and the environment. Ends the process when there is nothing to measure. */
export function readConfig(args: string[], env: NodeJS.ProcessEnv): BenchConfig {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true },
      seconds: { type: 'string' },
      'data-dir': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const only = (values.only ?? []).flatMap((list) => list.split(','));
  const unknown = only.filter((name) => !isName(name));
  const seconds = Number(values.seconds ?? 4);
  if (values.help || unknown.length > 0 || !(seconds >= 1 && seconds <= 30)) {
    console.log(HELP);
    process.exit(values.help ? 0 : 64);
  }
  const root = join(import.meta.dirname, '..');
  return {
    root,
    dataDir: values['data-dir'] ? resolve(values['data-dir']) : join(root, '.data', 'bench'),
    resultsDir: join(import.meta.dirname, 'results'),
    sharedDir: env['CARTWRIGHT_SHARED'] || join(root, '..', 'shared'),
    names: only.length === 0 ? MEASUREMENTS : only.filter(isName),
    whole: only.length === 0,
    seconds,
    poolSize: 5,
  };
}

function isName(name: string): name is MeasurementName {
  return (MEASUREMENTS as readonly string[]).includes(name);
}
