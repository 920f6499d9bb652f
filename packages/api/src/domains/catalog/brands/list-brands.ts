import { brands, type Reader } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { decodeCursor, encodeCursor } from '../../../kit/page.ts';
import { refuse } from '../errors.ts';
import { listProducts } from '../list-products.ts';
import { firstWords } from '../products/first-words.ts';
import type {
  AdminBrand,
  AdminBrandList,
  AdminBrandListInput,
  Brand,
  BrandList,
  BrandListInput,
  BrandPage,
  BrandPageInput,
} from './schema.ts';

const KEYS = ['string', 'uuid'] as const;

/** The brands that shoppers find products of, by name; one statement. Refuses with `cursor_invalid`. */
export async function listBrands(ctx: Ctx, input: BrandListInput): Promise<BrandList> {
  const { locale = null, limit, cursor } = input;
  const after = cursor === undefined ? null : decodeCursor(cursor, 'brands', KEYS);
  const page = pageOf(await brands.listShownBrands(ctx.db, { locale, limit, after }), limit, 'brands');
  ctx.readsFrom?.(['listing:*']);
  return { ...page, items: page.items.map(brandView) };
}

/**
 * A brand with its newest products; two statements. Refuses with `brand_not_found`, `currency_unknown`.
 */
export async function findBrand(ctx: Ctx, input: BrandPageInput): Promise<BrandPage> {
  const { slug, locale, currency, limit } = input;
  const brand = await brands.findShownBrand(ctx.db, { slug, locale: locale ?? null });
  if (!brand) throw refuse('brand_not_found', { details: { brand: slug } });
  const query = { brand: slug, currency, sort: 'newest', limit, ...(locale !== undefined && { locale }) } as const;
  // A part of the answer, which is not sent on as it is.
  const { items, nextCursor } = await listProducts({ ...ctx, takesText: false }, query);
  return { ...brandView(brand), products: { items, nextCursor } };
}

/** All brands by name, as staff see them. Refuses with `cursor_invalid`. */
export async function listAdminBrands(ctx: Ctx, input: AdminBrandListInput): Promise<AdminBrandList> {
  const { q = null, limit, cursor } = input;
  const after = cursor === undefined ? null : decodeCursor(cursor, 'admin-brands', KEYS);
  return pageOf(await brands.listAdminBrands(ctx.db, { text: q, limit, after }), limit, 'admin-brands');
}

/** By slug or id. Refuses with `brand_not_found`. */
export async function findAdminBrand(reader: Reader, input: { brand: string }): Promise<AdminBrand> {
  const brand = await brands.findAdminBrand(reader, { key: input.brand });
  if (!brand) throw refuse('brand_not_found', { details: { brand: input.brand } });
  return brand;
}

function brandView({ id, slug, name, description, image, seoTitle, seoDescription }: brands.ShownBrand): Brand {
  const seo = { title: seoTitle ?? name, description: seoDescription ?? firstWords(description) };
  return { id, slug, name, description, image, seo };
}

function pageOf<Row extends { id: string; sortName: string }>(
  rows: readonly Row[],
  limit: number,
  scope: string,
): { items: Omit<Row, 'sortName'>[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ sortName: _sortName, ...row }) => row),
    nextCursor: rows.length > limit && last ? encodeCursor(scope, [last.sortName, last.id]) : null,
  };
}
