import { brands } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { takenRefusal } from '../check-references.ts';
import { refuse } from '../errors.ts';
import { mergeTranslations } from '../locales/merge-translations.ts';
import { slugCandidates, takeSlug } from '../slug.ts';
import { findAdminBrand } from './list-brands.ts';
import type { AdminBrand, CreateBrandInput } from './schema.ts';

/**
 * Adds a brand. A product that names a brand which is not there makes it as well.
 * Refuses with `brand_taken`, `slug_taken`, `locale_unknown`.
 */
export async function createBrand(ctx: Ctx, input: CreateBrandInput): Promise<AdminBrand> {
  try {
    return await inTransaction(ctx, async (tx) => {
      const id = ctx.ids.uuid(ctx.now);
      const { name, description = '', seoTitle = null, seoDescription = null } = input;
      const candidates = input.slug === undefined ? slugCandidates(name, id) : [input.slug];
      const taken = await brands.listTakenBrandSlugs(tx.tx, { slugs: candidates });
      if (input.slug !== undefined && taken.length > 0) {
        throw refuse('slug_taken', { details: { field: 'slug', slug: input.slug } });
      }
      const translations = await mergeTranslations(tx.tx, { translations: {}, changes: input.translations });
      const slug = takeSlug(candidates, new Set(taken));
      const image = imageOf(input.image, name);
      const content = { name, slug, description, image, seoTitle, seoDescription, translations };
      await brands.insertBrand(tx.tx, { id, ...content, at: ctx.now });
      await audit(tx, { action: 'brand.created', target: `brand:${id}`, detail: { name } });
      return findAdminBrand(tx.tx, { brand: id });
    });
  } catch (error) {
    throw takenRefusal(error);
  }
}

/** A picture without words of its own is described by the brand's name. */
export function imageOf(
  image: { url: string; alt?: string | undefined } | null | undefined,
  name: string,
): brands.BrandImage | null {
  return image ? { url: image.url, alt: image.alt ?? name } : null;
}
