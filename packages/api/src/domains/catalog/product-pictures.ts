import { media, type products, type Reader } from '@cartwright/db';
import { mediaUrl } from '../../kit/media-url.ts';
import { refuse } from './errors.ts';

/** A picture as it is given: by its address anywhere, or by the id of an uploaded one. */
interface GivenPicture extends Partial<Omit<products.ProductImage, 'mediaId'>> {
  mediaId?: string | undefined;
}

interface Pictured {
  images?: { url?: string | undefined; mediaId?: string | undefined; alt?: string | undefined }[] | undefined;
}

/**
 * The same product and variants with what is to be known of each uploaded picture: its address, size, placeholder, and
 * its own description where none is given. Refuses with `media_unknown`.
 */
export async function withPictures<T extends Pictured & { variants?: Pictured[] | undefined }>(
  reader: Reader,
  input: T,
): Promise<T> {
  const all = [input, ...(input.variants ?? [])].flatMap(({ images }) => images ?? []);
  const ids = [...new Set(all.flatMap(({ mediaId }) => mediaId ?? []))];
  if (ids.length === 0) return input;
  const assets = new Map((await media.listAssetsById(reader, { ids })).map((asset) => [asset.id, asset]));
  const resolved = <P extends Pictured>(pictured: P): P => {
    const images = pictured.images?.map((image) => {
      if (image.mediaId === undefined) return image;
      const asset = assets.get(image.mediaId);
      if (asset === undefined) throw refuse('media_unknown', { details: { mediaId: image.mediaId } });
      const { width, height, thumbhash, hash } = asset;
      const alt = image.alt ?? (asset.alt || undefined);
      return { mediaId: asset.id, alt, url: mediaUrl(hash), width, height, thumbhash };
    });
    return images ? { ...pictured, images } : pictured;
  };
  return { ...resolved(input), ...(input.variants && { variants: input.variants.map(resolved) }) };
}

/** Pictures as they are stored; those without words of their own are described by the product's title. */
export function imagesOf(images: readonly GivenPicture[] | undefined, title: string): products.ProductImage[] {
  return (images ?? []).map(({ url = '', alt = title, mediaId, ...known }) => ({
    url,
    alt,
    ...(mediaId !== undefined && { mediaId, ...known }),
  }));
}
