import type { KeptPicture, PictureFault, PictureLimits, Rendering, SourceFormat } from './pictures.ts';

/** What the process that decodes is asked for. */
export type PictureTask = { id: number } & (
  | { kind: 'keep'; path: string; format: SourceFormat; limits: PictureLimits }
  | { kind: 'render'; kept: Uint8Array; rendering: Rendering }
);

/** What it answers. */
export type PictureAnswer = { id: number } & (
  | { kept: KeptPicture }
  | { rendered: Uint8Array<ArrayBuffer> }
  | { refused: PictureFault; limit: number | undefined }
  | { failed: string }
);
