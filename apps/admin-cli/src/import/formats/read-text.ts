import { isUtf8 } from 'node:buffer';
import { readBytes } from '../open-file.ts';
import { brokenFile } from './broken-file.ts';

const UTF16 = [
  { label: 'utf-16le', mark: [0xff, 0xfe] },
  { label: 'utf-16be', mark: [0xfe, 0xff] },
];

/**
 * The text of a file in UTF-8, or in UTF-16 when a byte order mark says so; without the mark, and with plain line feeds.
 * Throws a broken file for any other encoding.
 */
export async function* readText(file: string, onRead?: (bytes: number) => void): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let lines = 1;
  let held = '';
  const decode = (bytes: Buffer | undefined): string => {
    try {
      const text = decoder?.decode(bytes, { stream: bytes !== undefined }) ?? '';
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
      return text;
    } catch {
      throw brokenFile('The file is not UTF-8 text. Save it as UTF-8.', { row: lines + linesBeforeBreak(bytes) });
    }
  };
  for await (const chunk of readBytes(file, onRead)) {
    decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
    const text = decode(chunk);
    if (text.includes('\0')) throw brokenFile('The file holds bytes that are no text.', { row: lines });
    // A carriage return at the end may be half of a line break.
    const whole = held + text;
    held = whole.endsWith('\r') ? '\r' : '';
    const ready = whole.slice(0, whole.length - held.length).replaceAll('\r\n', '\n');
    if (ready !== '') yield ready;
  }
  const end = held + decode(undefined);
  if (end !== '') yield end;
}

/** How many lines of the bytes are text before one is not. */
function linesBeforeBreak(bytes: Buffer = Buffer.alloc(0)): number {
  let count = 0;
  for (let at = 0, end = bytes.indexOf(0x0a); end !== -1; at = end + 1, end = bytes.indexOf(0x0a, at)) {
    if (!isUtf8(bytes.subarray(at, end))) break;
    count += 1;
  }
  return count;
}

function encodingOf(start: Buffer): string {
  const marked = UTF16.find(({ mark }) => mark.every((byte, i) => start[i] === byte));
  if (marked) return marked.label;
  // A text in UTF-16 without a mark has a zero in every second byte.
  if (start.length > 1 && (start[0] === 0 || start[1] === 0)) {
    throw brokenFile('The file looks like UTF-16 without a byte order mark. Save it as UTF-8.');
  }
  return 'utf-8';
}
