import { definitionOf, type Schema } from '../../src/rest/schema-shape.ts';
import { type Part, partsOf } from './schema-walk.ts';

/** The table of the things that an id names, by the field's name. */
const THINGS: Record<string, string> = {
  actorId: 'users',
  addressId: 'customer_addresses',
  apiKeyId: 'api_keys',
  cartId: 'carts',
  customerId: 'users',
  identityId: 'identities',
  itemId: 'cart_items',
  jobId: 'import_jobs',
  locationId: 'locations',
  mediaId: 'media_assets',
  hidden: 'products',
  orderId: 'orders',
  orderIds: 'orders',
  passkeyId: 'passkeys',
  paymentMethodId: 'saved_payment_methods',
  pinned: 'products',
  productId: 'products',
  ruleId: 'search_rules',
  reviewId: 'reviews',
  reviewIds: 'reviews',
  sessionId: 'sessions',
  shippingMethodId: 'shipping_methods',
  synonymId: 'search_synonyms',
  uploadId: 'media_uploads',
  userId: 'users',
  variantId: 'variants',
  // Of the product at hand, so that no other's is right.
  variants: 'variants of the product',
};

/** The table of the things that a slug or an id names, by the field's name. */
const KEYS: Record<string, string> = {
  category: 'categories',
  categories: 'categories',
  parent: 'categories',
  reassignTo: 'categories',
  collection: 'collections',
  brand: 'brands',
  products: 'products',
};

/** Texts by which something is found: tokens, names and references. */
const REFERENCES = [
  /\/(refreshToken|token|challenge|linkProof|signUp|cursor|target|provider|taxClass|shippingProfile)$/,
  /\/(roleName|role|roles\/0|category|categories\/0|parent|below|reassignTo|group|groups\/0)$/,
  /^catalog\.(product|category|collection|related|brand)\/slug$/,
  /^catalog\.\w+\/attribute$/,
  /^catalog\.(products|adminBrand|updateBrand|deleteBrand)\/brand$/,
  /^review\.(list|write)\/slug$/,
  /^review\.adminList\/product$/,
  /^catalog\.removeLocale\/locale$/,
  /\/(collection|products\/0)$/,
  /^customer\.(updateGroup|deleteGroup|addToGroup|removeFromGroup)\/code$/,
];

/** Texts that say something, and find nothing of the store's: it is the payment provider that looks up a reference. */
const WORDS = new Set(
  `action alt attestationObject attributes authenticatorData barcode brand carrier city clientDataJSON code column contains
  company country currency currentPassword description displayName email fileName firstName id in lastName line1 line2 locale
  message name newPassword number password paymentMethodId phone postalCode q rawId reason recoveryCode reference region returnTo signature
  label swatch unit seoDescription seoDescriptionTemplate seoTitle seoTitleTemplate
  sku skuPattern slug sourceHash text tag tags textVersion title trackingNumber transports terms url userHandle value values query
  words`.split(/\s+/),
);

/** A field that names something, and the table of what it names; undefined of a text. */
export interface IdField extends Part {
  kind: string | undefined;
  /** The table whose ids are right as well as slugs. */
  keyOf?: string | undefined;
}

/** The fields of a procedure's input that name something. Throws for a text of which nobody has said whether it does. */
export function idFields(procedurePath: string): IdField[] {
  return partsOf(procedurePath).flatMap((part): IdField[] => {
    const { at, schema } = part;
    if (definitionOf(schema).type !== 'string') return [];
    const place = `${procedurePath}/${at.join('/')}`;
    const named = at.filter((name) => name !== '0');
    const name = named.at(-1) ?? '';
    const kind = THINGS[name === 'id' ? (named.at(-2) ?? '') : name];
    if (REFERENCES.some((pattern) => pattern.test(place))) return [{ ...part, kind: undefined, keyOf: KEYS[name] }];
    if (isUuid(schema) || kind === 'sessions') {
      if (kind === undefined) throw new Error(`Say in THINGS of what table ${place} is an id`);
      return [{ ...part, kind }];
    }
    if (!WORDS.has(name)) throw new Error(`Say in REFERENCES or WORDS whether something is found by ${place}`);
    return [];
  });
}

function isUuid(schema: Schema): boolean {
  const def = definitionOf(schema);
  return def.type === 'string' && 'format' in def && def.format === 'uuid';
}
