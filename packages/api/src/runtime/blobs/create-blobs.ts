import type { MediaConfig } from '../media-settings.ts';
import type { BlobStore } from './blob-store.ts';
import { createFolderBlobs } from './folder-blobs.ts';
import { createS3Blobs } from './s3-blobs.ts';

/** Where the settings say that pictures are kept. `newName` answers a name never used. */
export function createBlobs({ s3, directory }: MediaConfig, newName: () => string): BlobStore {
  return s3 ? createS3Blobs(s3) : createFolderBlobs({ directory, newName });
}
