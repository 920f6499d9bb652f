const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is safe in HTML content and in quoted attributes. */
function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** A piece of HTML whose parts are escaped. */
export class Html {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

function sourceOf(value: string | number | Html | readonly Html[]): string {
  if (value instanceof Html) return value.source;
  return typeof value === 'object' ? value.map((part) => part.source).join('') : escapeHtml(String(value));
}

/** Escapes every value that is not HTML already. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  return new Html(parts.map((part, index) => part + sourceOf(values[index] ?? '')).join(''));
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#1a1f36}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #e3e8ee}
button,select{font:inherit;padding:.4rem 1rem;margin-right:.5rem}code{font-size:.9em}.note{color:#697386}`;

/** A whole page. */
export function page(title: string, content: Html): string {
  const head = html`<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>`;
  return `<!doctype html><html lang="en"><head>${head.source}<style>${STYLE}</style></head><body><h1>${escapeHtml(title)}</h1>${content.source}<p class="note">Stripe simulator. No money moves here.</p></body></html>`;
}
