/**
 * JSON whose text is the same for the same value of a schema: names in order, at any depth, and nothing that is
 * undefined. At the top a schema has put them into its own order already.
 */
export function canonical(value: unknown): string {
  if (!isNested(value)) return JSON.stringify(value);
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    const entries = Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries);
  });
}

function isNested(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((each) => typeof each === 'object' && each !== null);
}
