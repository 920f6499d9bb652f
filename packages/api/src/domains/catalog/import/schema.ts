import { z } from 'zod';
import { PageInput } from '../../../kit/page.ts';
import { text } from '../../../kit/text.ts';

export const MAX_BATCH_ROWS = 500;

export const ImportOptions = z
  .strictObject({
    defaultStock: z.int().min(0).max(1_000_000_000).default(100).describe('Of a new variant whose row says nothing'),
    publishUnpriced: z.boolean().default(false).describe('A row without a price is active and found all the same'),
    dryRun: z.boolean().default(false).describe('Tells what would happen, and keeps nothing but the report'),
  })
  .meta({ id: 'ImportOptions' });
export type ImportOptions = z.infer<typeof ImportOptions>;

export const ImportFormat = z.enum(['ndjson', 'csv', 'shopify', 'woocommerce', 'medusa', 'google']);

export const StartImportInput = z.strictObject({
  kind: z.literal('products'),
  sourceHash: text(128).describe('Fingerprint of the file, e.g. its SHA-256: an unfinished import of it is resumed'),
  format: ImportFormat.optional().describe('What the file was, for the list of imports'),
  fileName: text(255).optional(),
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
    currencies: z.array(z.string()).describe('Of the store, its own first'),
    completedBatches: z.array(z.object({ batch: z.int(), rowCount: z.int(), ...counts, warningCount: z.int() })),
  })
  .meta({ id: 'StartedImport' });
export type StartedImport = z.infer<typeof StartedImport>;

const rowNumber = z.int().min(1).max(1_000_000_000);
const message = text(1000);
const column = text(250).nullable();

export const ImportBatchInput = z
  .strictObject({
    jobId: z.uuid(),
    batch: z.int().min(0).max(1_000_000),
    firstRow: rowNumber.describe('Number of the first of the rows in the file, from 1'),
    rows: z.array(z.unknown()).max(MAX_BATCH_ROWS),
    rowNumbers: z
      .array(rowNumber)
      .max(MAX_BATCH_ROWS)
      .optional()
      .describe('Of each row, where they do not follow one another'),
    failures: z
      .array(z.strictObject({ row: rowNumber, column, code: text(50), message }))
      .max(MAX_BATCH_ROWS)
      .optional()
      .describe('Rows that could not be read: they are counted and kept with the report'),
    warnings: z
      .array(z.strictObject({ row: rowNumber, column, message }))
      .max(10 * MAX_BATCH_ROWS)
      .optional()
      .describe('What was odd about the rows when they were read: kept with the report'),
  })
  .refine(({ rows, failures = [] }) => rows.length + failures.length > 0, 'A batch has at least one row.')
  .refine(
    ({ rows, rowNumbers }) => rowNumbers === undefined || rowNumbers.length === rows.length,
    'As many row numbers as rows.',
  );
export type ImportBatchInput = z.infer<typeof ImportBatchInput>;

export const ImportError = z
  .object({ row: z.int(), column: z.string().nullable(), code: z.string(), message: z.string() })
  .meta({ id: 'ImportError' });
export const ImportWarning = z
  .object({ row: z.int(), column: z.string().nullable(), message: z.string() })
  .meta({ id: 'ImportWarning' });

export const ImportBatchResult = z
  .object({ ...counts, warnings: z.array(ImportWarning), errors: z.array(ImportError) })
  .meta({ id: 'ImportBatchResult' });
export type ImportBatchResult = z.infer<typeof ImportBatchResult>;

export const FinishImportInput = z.strictObject({ jobId: z.uuid() });
export type FinishImportInput = z.infer<typeof FinishImportInput>;

export const FinishedImport = z
  .object({ jobId: z.uuid(), rowCount: z.int(), ...counts })
  .meta({ id: 'FinishedImport' });
export type FinishedImport = z.infer<typeof FinishedImport>;

export const ImportJob = z
  .object({
    id: z.uuid(),
    format: ImportFormat.nullable(),
    fileName: z.string().nullable(),
    status: z.enum(['running', 'completed']).describe('Running until it is finished: one that stopped can be resumed'),
    dryRun: z.boolean(),
    actor: z.object({ kind: z.string(), userId: z.string().optional(), name: z.string().optional() }),
    rowCount: z.int(),
    ...counts,
    createdAt: z.date(),
    completedAt: z.date().nullable(),
  })
  .meta({ id: 'ImportJob' });
export type ImportJob = z.infer<typeof ImportJob>;

export const ImportJobListInput = z.strictObject(PageInput);
export type ImportJobListInput = z.infer<typeof ImportJobListInput>;
export const ImportJobList = z.object({ items: z.array(ImportJob), nextCursor: z.string().nullable() });
export type ImportJobList = z.infer<typeof ImportJobList>;

export const ImportJobInput = z.strictObject({ jobId: z.uuid(), ...PageInput });
export type ImportJobInput = z.infer<typeof ImportJobInput>;

export const ImportFinding = z
  .object({
    kind: z.enum(['error', 'warning']),
    row: z.int(),
    column: z.string().nullable(),
    code: z.string().nullable(),
    message: z.string(),
  })
  .meta({ id: 'ImportFinding' });
export const ImportJobReport = z
  .object({ job: ImportJob, items: z.array(ImportFinding), nextCursor: z.string().nullable() })
  .meta({ id: 'ImportJobReport' });
export type ImportJobReport = z.infer<typeof ImportJobReport>;
