import { escapeFormula } from '../import/formats/cells.ts';
import { csvLine, listCell } from './csv-line.ts';
import { decimal, type ExportedProduct, type ExportedVariant, type ExportFormat } from './exported.ts';

const MAX_OPTIONS = 3;

const COLUMNS = [
  ...['Handle', 'Title', 'Body (HTML)', 'Vendor', 'Product Category', 'Type', 'Tags', 'Published'],
  ...['Option1 Name', 'Option1 Value', 'Option2 Name', 'Option2 Value', 'Option3 Name', 'Option3 Value'],
  ...['Variant SKU', 'Variant Grams', 'Variant Inventory Tracker', 'Variant Inventory Qty', 'Variant Inventory Policy'],
  ...['Variant Fulfillment Service', 'Variant Price', 'Variant Requires Shipping', 'Variant Taxable'],
  ...[
    'Variant Barcode',
    'Image Src',
    'Image Position',
    'Image Alt Text',
    'Gift Card',
    'SEO Title',
    'SEO Description',
    'Variant Image',
    'Variant Weight Unit',
    'Status',
  ],
] as const;
type Cells = Partial<Record<(typeof COLUMNS)[number], string | number | boolean>>;

const line = (cells: Cells): string => csvLine(COLUMNS.map((column) => cells[column] ?? ''));

/**
 * The product CSV of Shopify, with prices in one currency. It has no archived variants and no fourth option: a product
 * that would be another one without them has no words in it.
 */
export function shopifyExport(currency: string): ExportFormat {
  return {
    header: csvLine(COLUMNS),
    lines(product) {
      const variants = product.variants.filter(({ status }) => status === 'active');
      if (product.options.length > MAX_OPTIONS || variants.length === 0) return undefined;
      const names = product.options.map(({ name }) => name);
      const count = Math.max(variants.length, product.images.length);
      return Array.from({ length: count }, (_, index) => {
        const variant = variants[index];
        return line({
          Handle: product.slug,
          ...(index === 0 && { ...productCells(product), ...optionNames(names) }),
          ...(variant && variantCells(variant, { names, currency, shipped: product.kind !== 'digital' })),
          ...imageCells(product, index),
        });
      }).join('');
    },
  };
}

function productCells(product: ExportedProduct): Cells {
  const { Type: type } = product.attributes;
  const path = product.category_path.map((name) => name.replaceAll('>', '\\>')).join(' > ');
  return {
    Title: escapeFormula(product.title),
    'Body (HTML)': escapeFormula(product.description),
    Vendor: escapeFormula(product.brand ?? ''),
    'Product Category': escapeFormula(path),
    // Without a category a type would be taken for one.
    Type: typeof type === 'string' && path !== '' ? escapeFormula(type) : '',
    Tags: escapeFormula(listCell(product.tags)),
    Published: product.status === 'active',
    'SEO Title': escapeFormula(product.seo_title ?? ''),
    'SEO Description': escapeFormula(product.seo_description ?? ''),
    'Gift Card': false,
    Status: product.status,
  };
}

function optionNames(names: readonly string[]): Cells {
  const [first = 'Title', second = '', third = ''] = names.map(escapeFormula);
  return { 'Option1 Name': first, 'Option2 Name': second, 'Option3 Name': third };
}

function variantCells(
  variant: ExportedVariant,
  { names, currency, shipped }: { names: readonly string[]; currency: string; shipped: boolean },
): Cells {
  const [first = 'Default Title', second = '', third = ''] = names.map((name) =>
    escapeFormula(variant.attributes[name] ?? ''),
  );
  return {
    'Option1 Value': first,
    'Option2 Value': second,
    'Option3 Value': third,
    'Variant SKU': escapeFormula(variant.sku),
    'Variant Grams': variant.weight_grams ?? '',
    'Variant Weight Unit': variant.weight_grams === null ? '' : 'g',
    'Variant Inventory Tracker': variant.track_stock ? 'shopify' : '',
    'Variant Inventory Qty': variant.stock,
    'Variant Inventory Policy': 'deny',
    'Variant Fulfillment Service': 'manual',
    'Variant Price': decimal(variant.prices[currency], currency),
    'Variant Requires Shipping': shipped,
    'Variant Taxable': true,
    'Variant Barcode': escapeFormula(variant.barcode ?? ''),
    'Variant Image': escapeFormula(variant.images[0]?.url ?? ''),
  };
}

function imageCells(product: ExportedProduct, index: number): Cells {
  const image = product.images[index];
  if (!image) return {};
  return {
    'Image Src': escapeFormula(image.url),
    'Image Position': index + 1,
    'Image Alt Text': escapeFormula(image.alt),
  };
}
