/**
 * Text that a terminal shows and does not obey: names come from shoppers and import files, and an escape sequence in
 * one could rewrite the screen. Line breaks become spaces.
 */
export function printable(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').replace(/[\p{Cc}\p{Bidi_Control}]/gu, '');
}
