import { productPages } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { answerOf } from '../../kit/json-text.ts';
import { renderSeo } from './categories/seo-template.ts';
import { refuse } from './errors.ts';
import { firstWords } from './products/first-words.ts';
import type { Product, ProductInput } from './schema.ts';

/**
 * What a shopper finds under a slug that a product has or had. One statement.
 * Refuses with `currency_unknown`, `product_not_found`.
 */
export async function findProduct(ctx: Ctx, input: ProductInput): Promise<Product> {
  const { slug, currency, locale = null } = input;
  const { currencyKnown, page, ...product } = await productPages.findProductPage(ctx.db, {
    slug,
    currency,
    locale,
    now: ctx.now,
  });
  if (!currencyKnown) throw refuse('currency_unknown', { details: { currency: input.currency } });
  if (page === null) throw refuse('product_not_found');
  ctx.readsFrom?.(product.productIds.split(' ').map((id) => `product:${id}`));
  const { seoTitle, seoDescription, seoTitleTemplate, seoDescriptionTemplate, storeName } = product;
  const values = { name: product.title, store: storeName };
  const rendered = (template: string | null) => (template === null ? null : renderSeo(template, values));
  const more = {
    redirectFrom: product.slug === slug ? null : slug,
    seo: {
      title: seoTitle ?? rendered(seoTitleTemplate) ?? product.title,
      description: seoDescription ?? rendered(seoDescriptionTemplate) ?? firstWords(product.descriptionStart),
    },
  };
  return answerOf<Product>(ctx, `${page.slice(0, -1)},${JSON.stringify(more).slice(1)}`);
}
