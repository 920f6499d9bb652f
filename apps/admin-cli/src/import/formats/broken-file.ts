import { CliError } from '../../cli.ts';
import { exitCodes } from '../../output/exit-codes.ts';

/** The file as a whole is not what it should be: nothing of it is taken. */
export function brokenFile(message: string, at: { row?: number; column?: string } = {}): CliError {
  const place = [
    ...(at.row === undefined ? [] : [`row ${at.row}`]),
    ...(at.column === undefined ? [] : [`column "${at.column}"`]),
  ].join(', ');
  const text = `${place === '' ? '' : `${place}: `}${message} Nothing was changed.`;
  return new CliError(text, { code: 'broken_file', exitCode: exitCodes.dataError });
}
