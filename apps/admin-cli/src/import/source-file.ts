import { stat } from 'node:fs/promises';
import { CliError } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';

/** Bytes of the file. Throws when it is not one that can be read. */
export async function sizeOfFile(file: string): Promise<number> {
  const found = await stat(file).catch((error) => {
    throw toFileError(error, file);
  });
  if (!found.isFile()) throw new CliError(`${file} is not a file.`, { code: 'no_input', exitCode: exitCodes.noInput });
  return found.size;
}

/** What reading the file threw, in a person's words; anything else as it is. */
export function toFileError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  if (error.code.startsWith('Z_')) {
    const message = `${file} is damaged: ${error.message}. Nothing was changed.`;
    return new CliError(message, { code: 'damaged_file', exitCode: exitCodes.dataError });
  }
  const reasons: Record<string, string> = {
    ENOENT: 'does not exist',
    EACCES: 'may not be read',
    EPERM: 'may not be read',
  };
  const reason = reasons[error.code];
  if (reason === undefined) return error;
  return new CliError(`${file} ${reason}.`, { code: 'no_input', exitCode: exitCodes.noInput });
}
