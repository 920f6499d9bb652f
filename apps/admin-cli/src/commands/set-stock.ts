import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { connect } from '../session/connect.ts';
import { findVariant, notFound } from './find-product.ts';
import { isUuid } from './values.ts';

/** `stock set`. */
export async function setStock(
  cli: Cli,
  skuOrId: string,
  onHand: number,
  options: { location?: string },
): Promise<undefined> {
  const client = connect(cli);
  let variantId = skuOrId;
  if (!isUuid(skuOrId)) {
    const found = await findVariant(client, skuOrId);
    if (found === undefined) throw notFound(`There is no variant with the SKU ${skuOrId}.`);
    variantId = found.variant.id;
  }
  const { location } = options;
  const level = await client.inventory.setStock.mutate({
    variantId,
    onHand,
    ...(location !== undefined && { locationId: location }),
  });
  cli.out(
    cli.json
      ? json(level)
      : `${skuOrId}: ${level.onHand} on hand, ${level.reserved} reserved, ${level.available} available.`,
  );
}
