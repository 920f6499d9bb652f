import { z } from 'zod';
import type { S3Settings } from './blobs/s3-blobs.ts';
import type { PictureLimits } from './pictures/pictures.ts';

const MIB = 1024 * 1024;
const MAX_BYTES = 20 * MIB;
const MAX_PIXELS = 50_000_000;
/** With libvips itself, less than 200 MB for the process that decodes. */
const MAX_DECODE_BYTES = 150_000_000;
const MAX_DIMENSION = 4096;
const MAX_FRAMES = 1000;

const count = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

/** The settings of pictures, as they stand in the environment. */
export const mediaSettings = {
  MEDIA_DIR: z.string().default('.data/media'),
  MEDIA_MAX_BYTES: count(MAX_BYTES, 1024, 200 * MIB),
  MEDIA_MAX_PIXELS: count(MAX_PIXELS, 1, 250_000_000),
  MEDIA_MAX_DECODE_BYTES: count(MAX_DECODE_BYTES, MIB, 4096 * MIB),
  MEDIA_MAX_DIMENSION: count(MAX_DIMENSION, 1920, 8192),
  MEDIA_UNUSED_DAYS: count(0, 0, 3650),
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'A name of a bucket')
    .optional(),
  S3_REGION: z.string().min(1).default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
};

export interface MediaConfig {
  /** Folder of the pictures, where there is no S3. */
  directory: string;
  s3: S3Settings | undefined;
  /** Of one upload. */
  maxBytes: number;
  limits: PictureLimits;
  /** After so many days without a product that shows it, a picture is deleted; 0 never. */
  unusedDays: number;
}

type Settings = z.infer<z.ZodObject<typeof mediaSettings>>;

/** Throws where a part of the settings of S3 is missing. */
export function toMediaConfig(settings: Settings): MediaConfig {
  return {
    directory: settings.MEDIA_DIR,
    s3: toS3(settings),
    maxBytes: settings.MEDIA_MAX_BYTES,
    limits: {
      maxPixels: settings.MEDIA_MAX_PIXELS,
      maxFrames: MAX_FRAMES,
      maxDecodeBytes: settings.MEDIA_MAX_DECODE_BYTES,
      maxDimension: settings.MEDIA_MAX_DIMENSION,
    },
    unusedDays: settings.MEDIA_UNUSED_DAYS,
  };
}

function toS3(settings: Settings): S3Settings | undefined {
  const { S3_ENDPOINT, S3_BUCKET, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = settings;
  const needed = { S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY };
  const missing = Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === Object.keys(needed).length) return undefined;
  if (!S3_ENDPOINT || !S3_BUCKET || !S3_ACCESS_KEY_ID || !S3_SECRET_ACCESS_KEY) {
    throw new Error(`${missing.join(', ')}: Needed for S3, of which other settings are there`);
  }
  return {
    endpoint: S3_ENDPOINT,
    bucket: S3_BUCKET,
    region: S3_REGION,
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
  };
}
