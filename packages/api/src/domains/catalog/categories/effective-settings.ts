import type { categoryViews } from '@cartwright/db';

/** What a store says that no category says otherwise. */
export const STORE_DEFAULTS = {
  taxClass: 'standard',
  shippingProfile: 'standard',
  seoTitleTemplate: '{name}',
  seoDescriptionTemplate: null,
} as const satisfies Record<Setting, string | null>;

export type Setting = 'taxClass' | 'shippingProfile' | 'seoTitleTemplate' | 'seoDescriptionTemplate';

/** A value that holds for a category, and who says so. */
export interface Effective {
  value: string | null;
  source: 'own' | 'inherited' | 'store';
  /** The category that says it. */
  category: { id: string; slug: string; name: string } | null;
}

type Node = { id: string; slug: string; name: string };

/** What the nearest category on a path says, root first; else what the store says. */
export function effectiveSetting<S extends Setting>(
  path: readonly (Node & Record<S, string | null>)[],
  setting: S,
): Effective {
  const nearest = path.findLast((node) => node[setting] !== null);
  if (!nearest) return { value: STORE_DEFAULTS[setting], source: 'store', category: null };
  const { id, slug, name } = nearest;
  return {
    value: nearest[setting],
    source: nearest === path.at(-1) ? 'own' : 'inherited',
    category: { id, slug, name },
  };
}

/** Every setting of the category at the end of a path. */
export function effectiveSettings(path: readonly categoryViews.PathSettings[]): Record<Setting, Effective> {
  return {
    taxClass: effectiveSetting(path, 'taxClass'),
    shippingProfile: effectiveSetting(path, 'shippingProfile'),
    seoTitleTemplate: effectiveSetting(path, 'seoTitleTemplate'),
    seoDescriptionTemplate: effectiveSetting(path, 'seoDescriptionTemplate'),
  };
}
