import { z } from 'zod';
import { localeCode } from '../../kit/locale.ts';
import { PageInput } from '../../kit/page.ts';
import { multilineText, text, uuid } from '../../kit/text.ts';

const mediaId = uuid;
const percent = z.int().min(0).max(100);

/** What there is to say where the picture cannot be seen; empty where it says nothing of its own. */
const alt = multilineText(500).describe('What there is to say where the picture cannot be seen');
/** What came in the field `alt` of a form, if anything. */
export const UploadedAlt = alt.optional();
const translations = z
  .record(localeCode, z.strictObject({ alt }))
  .refine((given) => Object.keys(given).length <= 100, 'At most 100')
  .describe('By locale; replaces all of them');
const fileName = text(200).describe('For people; part of no address');

export const FocalPoint = z
  .strictObject({ x: percent, y: percent })
  .describe('What stays in the picture when it is cropped, in percent of its width and height')
  .meta({ id: 'FocalPoint' });

/** What an upload may be said to be. What it is decides. */
export const MediaType = z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif']);

const perShape = z.object({ fit: z.string(), square: z.string(), '4x5': z.string(), '16x9': z.string() });

const assetShape = {
  id: z.uuid(),
  hash: z.string().describe('Of what is kept; the same picture has the same one'),
  format: z.enum(['jpeg', 'png', 'webp']).describe('Of what is kept'),
  width: z.int(),
  height: z.int(),
  bytes: z.int().describe('Of what is kept'),
  hasAlpha: z.boolean(),
  thumbhash: z.string().describe('A placeholder of about 25 bytes, in base64; see https://evanw.github.io/thumbhash'),
  fileName: z.string().nullable(),
  alt: z.string(),
  translations: z.record(z.string(), z.object({ alt: z.string().optional() })),
  focalPoint: FocalPoint,
  urls: perShape.describe('Addresses with `{width}` in the place of one of `widths`'),
  widths: z.array(z.int()),
  srcset: perShape.describe('For `<img srcset>`, with the widths that this picture has'),
  version: z.int(),
  createdAt: z.date(),
  updatedAt: z.date(),
};

export const MediaAsset = z.object(assetShape).meta({ id: 'MediaAsset' });
export type MediaAsset = z.infer<typeof MediaAsset>;

export const MediaUse = z
  .object({
    productId: z.uuid(),
    slug: z.string(),
    title: z.string(),
    variantId: z.uuid().nullable().describe('Null where it is a picture of the product itself'),
    sku: z.string().nullable(),
  })
  .meta({ id: 'MediaUse' });

export const MediaDetail = z
  .object({ ...assetShape, useCount: z.int(), uses: z.array(MediaUse).describe('At most 100') })
  .meta({ id: 'MediaDetail' });
export type MediaDetail = z.infer<typeof MediaDetail>;

export const MediaLine = z.object({ ...assetShape, useCount: z.int() }).meta({ id: 'MediaLine' });

export const MediaInput = z.strictObject({ mediaId });
export type MediaInput = z.infer<typeof MediaInput>;

export const ListMediaInput = z.strictObject({
  q: multilineText(200).optional().describe('Words of the file name or the description'),
  used: z.boolean().optional().describe('Only those that a product shows, or only those that none does'),
  ...PageInput,
});
export type ListMediaInput = z.infer<typeof ListMediaInput>;

export const MediaList = z.object({ items: z.array(MediaLine), nextCursor: z.string().nullable() });
export type MediaList = z.infer<typeof MediaList>;

export const UpdateMediaInput = z.strictObject({
  mediaId,
  version: z.int().min(1).optional().describe('Refused with version_conflict when the picture has another one'),
  alt: alt.optional(),
  translations: translations.optional(),
  focalPoint: FocalPoint.optional().describe('Another one gives cropped pictures other addresses'),
});
export type UpdateMediaInput = z.infer<typeof UpdateMediaInput>;

export const DeleteMediaInput = z.strictObject({
  mediaId,
  force: z.boolean().default(false).describe('Also when products show it: it is taken out of them'),
});
export type DeleteMediaInput = z.infer<typeof DeleteMediaInput>;

export const CreateUploadInput = z.strictObject({
  contentType: MediaType,
  bytes: z.int().min(1).max(1_000_000_000).describe('Exactly as many as will be sent'),
  fileName: fileName.optional(),
});
export type CreateUploadInput = z.infer<typeof CreateUploadInput>;

export const MediaUpload = z
  .object({
    uploadId: z.uuid(),
    method: z.literal('PUT'),
    url: z.string().describe('Where to send the bytes; it needs no other proof, and works until it expires'),
    headers: z.record(z.string(), z.string()).describe('To be sent with them'),
    expiresAt: z.date(),
  })
  .meta({ id: 'MediaUpload' });
export type MediaUpload = z.infer<typeof MediaUpload>;

export const CompleteUploadInput = z.strictObject({
  uploadId: uuid,
  alt: alt.optional().describe('Of a new picture; one that is there already keeps its own'),
});
export type CompleteUploadInput = z.infer<typeof CompleteUploadInput>;

export const MediaSweep = z
  .object({
    id: z.uuid(),
    at: z.date(),
    uploadsDeleted: z.int().describe('Uploads that nobody finished'),
    assetsDeleted: z.int().describe('Pictures that no product has shown for as long as the settings say'),
    blobsDeleted: z.int().describe('Files that belonged to no picture'),
    assetsWithoutBlob: z.int().describe('Pictures whose file is not there'),
    missing: z.array(z.uuid()).describe('Some of those, at most 100'),
  })
  .meta({ id: 'MediaSweep' });

export const MediaSweepList = z.object({ items: z.array(MediaSweep) });
export type MediaSweep = z.infer<typeof MediaSweep>;
export type MediaSweepList = z.infer<typeof MediaSweepList>;
