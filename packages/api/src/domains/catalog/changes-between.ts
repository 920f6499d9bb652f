/** What differs, by name, before and after: for the audit log. */
export function changesBetween<Content extends object>(
  before: Content,
  after: Content,
): Record<string, { from: unknown; to: unknown }> {
  const names = Object.keys(before) as (keyof Content & string)[];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(changed.map((name) => [name, { from: before[name], to: after[name] }]));
}
