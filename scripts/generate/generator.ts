/** What generators draw from; made when the first one asks. */
export interface GeneratorSource {
  root: string;
  /** The URL of an empty database after all migrations. */
  migratedDatabase(): Promise<string>;
}

/** One generated file. */
export interface Generator {
  /** Relative to the root. */
  path: string;
  /** The text the file should have, or undefined while its source does not exist. */
  generate(source: GeneratorSource): Promise<string | undefined>;
}
