import { equalSecrets, hmac } from '../../../kit/ids.ts';

/** What opens an upload for whoever was given its address. */
export function uploadToken(authSecret: string, uploadId: string): string {
  return hmac(authSecret, 'media-upload', uploadId);
}

export function isUploadToken(authSecret: string, uploadId: string, given: string): boolean {
  return equalSecrets(uploadToken(authSecret, uploadId), given);
}
