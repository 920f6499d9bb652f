import { applyErasure, DomainError, ErasureEntry, listErasureEntries } from '@cartwright/api';
import { type Cli, CliError } from '../cli.ts';
import { readLines } from '../import/read-lines.ts';
import { sizeOfFile } from '../import/source-file.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { json } from '../output/json.ts';
import { opsCtx, withRuntime } from './runtime.ts';

const MAX_LINE_BYTES = 1000;

/** `ops erasures export`: a line of JSON for each account that was erased, with and without `--json`. */
export async function exportErasures(cli: Cli): Promise<undefined> {
  await withRuntime(cli, async (runtime) => {
    for await (const entry of listErasureEntries(opsCtx(runtime))) cli.out(JSON.stringify(entry));
  });
}

/** `ops erasures apply`: applying a list again changes nothing. Nothing is applied of a file that is not such a list. */
export async function applyErasures(cli: Cli, file: string): Promise<undefined> {
  const entries = await readEntries(file);
  await withRuntime(cli, async (runtime) => {
    const counts = { erased: 0, erased_before: 0, unknown: 0 };
    const refused: { userId: string; code: string }[] = [];
    for (const entry of entries) {
      try {
        counts[await applyErasure(opsCtx(runtime), entry)] += 1;
      } catch (error) {
        if (!(error instanceof DomainError) || error.code !== 'last_administrator') throw error;
        refused.push({ userId: entry.userId, code: error.code });
      }
    }
    const { erased, erased_before: erasedBefore, unknown } = counts;
    if (cli.json) cli.out(json({ erased, erasedBefore, unknown, refused }));
    else cli.out(`${erased} erased again, ${erasedBefore} still erased, ${unknown} not in this database.`);
    if (refused.length === 0) return;
    const ids = refused.map(({ userId }) => userId).join(', ');
    const message = `The last administrator stays; make another one and apply the list again: ${ids}`;
    throw new CliError(message, { code: 'last_administrator', exitCode: exitCodes.dataError });
  });
}

async function readEntries(file: string): Promise<ErasureEntry[]> {
  await sizeOfFile(file);
  const entries: ErasureEntry[] = [];
  for await (const { number, bytes } of readLines(file, { maxLineBytes: MAX_LINE_BYTES })) {
    const text = bytes?.toString('utf8').trim();
    if (text === '') continue;
    const parsed = ErasureEntry.safeParse(parseJson(text));
    if (!parsed.success) {
      const message = `${file}, line ${number}, is no line of \`ops erasures export\`. Nothing was done.`;
      throw new CliError(message, { code: 'damaged_file', exitCode: exitCodes.dataError });
    }
    entries.push(parsed.data);
  }
  return entries;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
