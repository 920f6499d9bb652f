const MAX_LENGTH = 200;

/** What people call a file: the last part of whatever path was sent, in one line; undefined where nothing is left. */
export function cleanFileName(sent: string | undefined): string | undefined {
  const last = sent?.toWellFormed().split(/[/\\]/).at(-1) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  const name = last.replaceAll(/[\u0000-\u001f\u007f]/g, '').trim();
  // Whole characters: cutting a surrogate pair leaves what the database does not take.
  const short = [...name].slice(0, MAX_LENGTH).join('').slice(0, MAX_LENGTH).toWellFormed();
  return short === '' || /^\.+$/.test(short) ? undefined : short;
}
