/** An answer as the procedure gave it, for machines; times become ISO 8601. */
export function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
