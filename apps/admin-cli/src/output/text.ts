/** `2026-03-01 12:00`, in the machine's zone; empty for nothing. */
export function minute(at: Date | string | null | undefined): string {
  if (at === null || at === undefined) return '';
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `12,345`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}
