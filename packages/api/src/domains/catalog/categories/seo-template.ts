/** What a template may say between braces. */
const PLACEHOLDERS = ['name', 'store'] as const;
const PLACEHOLDER = /\{([^{}]*)\}/g;

export type SeoValues = Readonly<Record<(typeof PLACEHOLDERS)[number], string>>;

const isKnown = (name: string): name is (typeof PLACEHOLDERS)[number] =>
  (PLACEHOLDERS as readonly string[]).includes(name);

/** Whether every placeholder of the template is one that there is. */
export function isSeoTemplate(template: string): boolean {
  return [...template.matchAll(PLACEHOLDER)].every(([, name = '']) => isKnown(name));
}

/** Puts values into a template; values are not templates themselves. */
export function renderSeo(template: string, values: SeoValues): string {
  return template.replace(PLACEHOLDER, (whole, name: string) => (isKnown(name) ? values[name] : whole));
}
