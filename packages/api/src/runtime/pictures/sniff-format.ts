import type { SourceFormat } from './pictures.ts';

/** How many of a file's first bytes tell what it is. */
export const SNIFFED_BYTES = 64;

const startsWith = (bytes: Uint8Array, text: string, at = 0): boolean =>
  bytes.length >= at + text.length && [...text].every((char, i) => bytes[at + i] === char.charCodeAt(0));

/** What a file is by its first bytes, whatever its name and sender say; undefined for what is not taken. */
export function sniffFormat(head: Uint8Array): SourceFormat | undefined {
  if (startsWith(head, '\xff\xd8\xff')) return 'jpeg';
  if (startsWith(head, '\x89PNG\r\n\x1a\n')) return 'png';
  if (startsWith(head, 'GIF87a') || startsWith(head, 'GIF89a')) return 'gif';
  if (startsWith(head, 'RIFF') && startsWith(head, 'WEBP', 8)) return 'webp';
  return isAvif(head) ? 'avif' : undefined;
}

/** An ISO base media file that names AV1 among its brands. HEIC is the same box with other brands. */
function isAvif(head: Uint8Array): boolean {
  if (!startsWith(head, 'ftyp', 4)) return false;
  const size = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const end = Math.min(size, head.length);
  for (let at = 8; at + 4 <= end; at += 4) {
    // After the major brand comes its version.
    if (at !== 12 && (startsWith(head, 'avif', at) || startsWith(head, 'avis', at))) return true;
  }
  return false;
}
