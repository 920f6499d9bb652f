import type pg from 'pg';
import type { BenchConfig } from './config.ts';
import type { RunningStore } from './store.ts';

/** What a measurement works with. */
export interface Bench {
  config: BenchConfig;
  databaseUrl: string;
  /** The postmaster. */
  databasePid: number;
  /** For looking and preparing, never while a run is timed beyond a count. */
  pool: pg.Pool;
  store: RunningStore;
  samples: Samples;
  log: (line: string) => void;
}

/** What the measurements ask for, taken from the catalog that is loaded. */
export interface Samples {
  category: { slug: string; products: number };
  productSlug: string;
  /** Priced in USD, with more stock than a benchmark can buy. */
  variantIds: string[];
}

/** A line of the report. */
export interface Row {
  name: string;
  /** What was measured, with its spread. */
  value: string;
  /** What it was measured against. */
  against?: string;
  ratio?: string;
  target?: string;
  met?: boolean;
}

export interface Report {
  rows: Row[];
  /** The figures behind the rows. */
  details: Record<string, unknown>;
}
