import { effectiveSetting } from './effective-settings.ts';
import { renderSeo } from './seo-template.ts';

interface Node {
  id: string;
  slug: string;
  name: string;
  seoTitleTemplate: string | null;
  seoDescriptionTemplate: string | null;
}

/** What search engines read of a category: its own words, else the nearest template of its path, root first. */
export function effectiveSeo(
  category: { name: string; storeName: string; seoTitle: string | null; seoDescription: string | null },
  path: readonly Node[],
): { title: string; description: string | null } {
  const values = { name: category.name, store: category.storeName };
  const title = effectiveSetting(path, 'seoTitleTemplate').value ?? '{name}';
  const description = effectiveSetting(path, 'seoDescriptionTemplate').value;
  return {
    title: category.seoTitle ?? renderSeo(title, values),
    description: category.seoDescription ?? (description === null ? null : renderSeo(description, values)),
  };
}
