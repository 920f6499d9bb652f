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

/** What depends on the size of the catalog. */
const READING: readonly MeasurementName[] = ['import', 'cached', 'category-anew', 'product-anew', 'search'];

export interface BenchConfig {
  root: string;
  /** What the benchmark may delete and write. */
  dataDir: string;
  resultsDir: string;
  /** The folder that may hold `data/catalog.ndjson.gz`. */
  sharedDir: string;
  names: readonly MeasurementName[];
  /** Size of a synthetic catalog to measure with, instead of the usual one. */
  products: number | undefined;
  /** True for a run of everything, which starts from an empty database. */
  whole: boolean;
  /** Length of one run; there are three of each. */
  seconds: number;
  /** Connections of the servers and of the raw loop. */
  poolSize: number;
}

const HELP = `pnpm bench [--only NAME] [--seconds N] [--data-dir DIR] [--products N]

  --only NAME    one of ${MEASUREMENTS.join(', ')}; may be repeated. Uses the catalog of the run before.
  --seconds N    length of one run of a measurement (1 to 30, default 4); there are three of each.
  --data-dir DIR where database and logs go (default .data/bench); a run of everything empties it.
  --products N   a synthetic catalog of N products (1,000 to 1,000,000) in a folder of its own (.data/bench-N): loads it,
                 unless --only leaves 'import' out, measures what reads the catalog, and saves nothing.`;

/** Reads the command line and the environment. Ends the process when there is nothing to measure. */
export function readConfig(args: string[], env: NodeJS.ProcessEnv): BenchConfig {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true },
      seconds: { type: 'string' },
      'data-dir': { type: 'string' },
      products: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const only = (values.only ?? []).flatMap((list) => list.split(','));
  const unknown = only.filter((name) => !isName(name));
  const seconds = Number(values.seconds ?? 4);
  const products = values.products === undefined ? undefined : Number(values.products);
  const isSize = products === undefined || (Number.isInteger(products) && products >= 1_000 && products <= 1_000_000);
  if (values.help || !isSize || unknown.length > 0 || !(seconds >= 1 && seconds <= 30)) {
    console.log(HELP);
    process.exit(values.help ? 0 : 64);
  }
  const root = join(import.meta.dirname, '..');
  return {
    root,
    dataDir: values['data-dir']
      ? resolve(values['data-dir'])
      : join(root, '.data', products === undefined ? 'bench' : `bench-${products}`),
    resultsDir: join(import.meta.dirname, 'results'),
    sharedDir: env['CARTWRIGHT_SHARED'] || join(root, '..', 'shared'),
    names: only.length > 0 ? only.filter(isName) : products === undefined ? MEASUREMENTS : READING,
    products,
    whole: only.length === 0 && products === undefined,
    seconds,
    poolSize: 5,
  };
}

function isName(name: string): name is MeasurementName {
  return (MEASUREMENTS as readonly string[]).includes(name);
}
