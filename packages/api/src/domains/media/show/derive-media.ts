import { media } from '@cartwright/db';
import { z } from 'zod';
import type { Ctx } from '../../../context.ts';
import { PictureRefused, type ShownFormat } from '../../../runtime/pictures/pictures.ts';
import { readShape } from '../blob-keys.ts';
import { widthsOf } from '../shapes.ts';
import { type Derivative, makeDerivative } from './make-derivative.ts';

/** Of one picture: all of it in every width, or one shape in one width. */
const DeriveJob = z.object({ mediaId: z.uuid(), shape: z.string().optional(), width: z.int().optional() });

const FIT = { crop: undefined, focal: undefined };

/** Makes what takes long, after an upload or after it was first asked for. Doing it again changes nothing. */
export async function deriveMedia(ctx: Ctx, data: unknown): Promise<void> {
  const { mediaId, shape, width } = DeriveJob.parse(data);
  const asset = await media.findAsset(ctx.db, { id: mediaId });
  if (!asset) return;
  if (shape === undefined || width === undefined) {
    for (const { asked } of widthsOf(asset.width)) {
      for (const format of ['webp', 'avif'] as const) await derive(ctx, asset, { shape: FIT, width: asked, format });
    }
    return;
  }
  const named = readShape(shape);
  const isCurrent = named?.focal === undefined || (named.focal.x === asset.focalX && named.focal.y === asset.focalY);
  if (named && isCurrent) await derive(ctx, asset, { shape: named, width, format: 'avif' satisfies ShownFormat });
}

async function derive(ctx: Ctx, asset: media.ShownAsset, derivative: Derivative): Promise<void> {
  try {
    await makeDerivative(ctx, asset, { ...derivative, patient: true });
  } catch (error) {
    // Trying again would take as long; who asks is shown the other formats.
    if (!(error instanceof PictureRefused)) throw error;
    ctx.log.warn({ mediaId: asset.id, ...derivative, fault: error.fault }, 'a picture was not made');
  }
}
