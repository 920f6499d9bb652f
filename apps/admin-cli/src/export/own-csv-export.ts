import { escapeFormula } from '../import/formats/cells.ts';
import { PRODUCT_COLUMNS, VARIANT_COLUMNS } from '../import/formats/own-csv.ts';
import { csvLine, listCell } from './csv-line.ts';
import { decimal, type ExportedProduct, type ExportedVariant, type ExportFormat } from './exported.ts';

/** Our own CSV, which an import reads back without loss. */
export function ownCsvExport(currencies: readonly string[]): ExportFormat {
  return {
    header: csvLine([...PRODUCT_COLUMNS, ...VARIANT_COLUMNS, ...currencies.map((code) => `price_${code}`)]),
    lines: (product) =>
      product.variants
        .map((variant, index) => csvLine([...productCells(product, index), ...variantCells(variant, currencies)]))
        .join(''),
  };
}

/** The id on every line, the rest on the first. */
function productCells(product: ExportedProduct, index: number): string[] {
  const id = escapeFormula(product.id);
  if (index > 0) return [id, ...PRODUCT_COLUMNS.slice(1).map(() => '')];
  const cells: Record<(typeof PRODUCT_COLUMNS)[number], string> = {
    id,
    slug: product.slug,
    title: escapeFormula(product.title),
    description: escapeFormula(product.description),
    brand: escapeFormula(product.brand ?? ''),
    status: product.status,
    show_unpriced: String(product.show_unpriced),
    tax_class: product.tax_class,
    kind: product.kind,
    tags: escapeFormula(listCell(product.tags)),
    seo_title: escapeFormula(product.seo_title ?? ''),
    seo_description: escapeFormula(product.seo_description ?? ''),
    publish_at: product.publish_at ?? '',
    unpublish_at: product.unpublish_at ?? '',
    rating: String(product.rating ?? ''),
    rating_count: product.rating === null ? '' : String(product.rating_count),
    translations: Object.keys(product.translations).length === 0 ? '' : JSON.stringify(product.translations),
    categories: escapeFormula(categoriesCell(product)),
    attributes: JSON.stringify(product.attributes),
    options: product.options.length === 0 ? '' : JSON.stringify(product.options),
    images: escapeFormula(imagesCell(product.images)),
  };
  return PRODUCT_COLUMNS.map((column) => cells[column]);
}

function variantCells(variant: ExportedVariant, currencies: readonly string[]): (string | number)[] {
  const options = Object.keys(variant.attributes).length === 0 ? '' : JSON.stringify(variant.attributes);
  const cells: Record<(typeof VARIANT_COLUMNS)[number], string | number> = {
    variant_id: escapeFormula(variant.id),
    sku: escapeFormula(variant.sku),
    barcode: escapeFormula(variant.barcode ?? ''),
    variant_status: variant.status,
    variant_options: options,
    stock: variant.stock,
    weight_grams: variant.weight_grams ?? '',
    length_mm: variant.length_mm ?? '',
    width_mm: variant.width_mm ?? '',
    height_mm: variant.height_mm ?? '',
    track_stock: String(variant.track_stock),
    variant_images: escapeFormula(imagesCell(variant.images)),
  };
  return [
    ...VARIANT_COLUMNS.map((column) => cells[column]),
    ...currencies.map((code) => decimal(variant.prices[code], code)),
  ];
}

function categoriesCell({ category_path: main, category_paths_extra: extra }: ExportedProduct): string {
  const paths = main.length === 0 ? extra : [main, ...extra];
  const isPlain = paths.flat().every((name) => !/[>|\\]|^\[|^\s|\s$/.test(name));
  return isPlain ? paths.map((path) => path.join(' > ')).join(' | ') : JSON.stringify(paths);
}

function imagesCell(images: ExportedProduct['images']): string {
  const isPlain = images.every(({ url, alt }) => !/\s|^\[/.test(url) && alt !== '' && !/[\r\n]|^\s|\s$/.test(alt));
  return isPlain ? images.map(({ url, alt }) => `${url} ${alt}`).join('\n') : JSON.stringify(images);
}
