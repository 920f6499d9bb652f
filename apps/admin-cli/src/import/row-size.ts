/** How rows are put into batches; the same file always gives the same ones. */
export const BATCHING = { version: 2, maxRows: 500, maxBytes: 512 * 1024 } as const;

/** Leaves room for the envelope around the rows. */
export const ENVELOPE_BYTES = 1024;
export const MAX_ROW_BYTES = BATCHING.maxBytes - ENVELOPE_BYTES;
