import { z } from 'zod';
import { text } from '../../../kit/text.ts';

export const MAX_BATCH_ROWS = 500;

export const ImportOptions = z
  .strictObject({
    defaultStock: z.int().min(0).max(1_000_000_000).default(100).describe('Of a new variant whose row says nothing'),
    publishUnpriced: z.boolean().default(false).describe('A row without a price is active and found all the same'),
  })
  .meta({ id: 'ImportOptions' });
export type ImportOptions = z.infer<typeof ImportOptions>;

export const StartImportInput = z.strictObject({
  kind: z.literal('products'),
  sourceHash: text(128).describe('Fingerprint of the file, e.g. its SHA-256: an unfinished import of it is resumed'),
  options: ImportOptions.prefault({}),
});
export type StartImportInput = z.infer<typeof StartImportInput>;

const counts = {
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  drafts: z.int().describe('Of those created and updated, how many are drafts'),
  failed: z.int(),
};

export const StartedImport = z
  .object({
    jobId: z.uuid(),
    completedBatches: z.array(z.object({ batch: z.int(), rowCount: z.int(), ...counts, warningCount: z.int() })),
  })
  .meta({ id: 'StartedImport' });
export type StartedImport = z.infer<typeof StartedImport>;

export const ImportBatchInput = z.strictObject({
  jobId: z.uuid(),
  batch: z.int().min(0).max(1_000_000),
  firstRow: z.int().min(1).max(1_000_000_000).describe('Number of the first of the rows in the file, from 1'),
  rows: z.array(z.unknown()).min(1).max(MAX_BATCH_ROWS),
});
export type ImportBatchInput = z.infer<typeof ImportBatchInput>;

export const ImportBatchResult = z
  .object({
    ...counts,
    warnings: z.array(z.object({ row: z.int(), message: z.string() })),
    errors: z.array(z.object({ row: z.int(), code: z.string(), message: z.string() })),
  })
  .meta({ id: 'ImportBatchResult' });
export type ImportBatchResult = z.infer<typeof ImportBatchResult>;

export const FinishImportInput = z.strictObject({ jobId: z.uuid() });
export type FinishImportInput = z.infer<typeof FinishImportInput>;

export const FinishedImport = z
  .object({ jobId: z.uuid(), rowCount: z.int(), ...counts })
  .meta({ id: 'FinishedImport' });
export type FinishedImport = z.infer<typeof FinishedImport>;
