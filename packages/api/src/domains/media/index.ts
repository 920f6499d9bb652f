export { refuse } from './errors.ts';
export { MediaAsset, UploadedAlt } from './schema.ts';
export { deriveMedia } from './show/derive-media.ts';
export { PictureShelf } from './show/picture-shelf.ts';
export { sweepMedia } from './sweep/sweep-media.ts';
export { type ReceivedUpload, receiveUpload } from './uploads/receive-upload.ts';
export { spoolUpload, uploadMedia } from './uploads/upload-media.ts';
