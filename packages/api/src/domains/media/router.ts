import { NoInput, Nothing } from '../../kit/nothing.ts';
import { permittedProcedure, router } from '../../trpc/procedures.ts';
import { deleteMedia } from './delete-media.ts';
import { findMediaDetail } from './find-media.ts';
import { listMedia } from './list-media.ts';
import {
  CompleteUploadInput,
  CreateUploadInput,
  DeleteMediaInput,
  ListMediaInput,
  MediaAsset,
  MediaDetail,
  MediaInput,
  MediaList,
  MediaSweepList,
  MediaUpload,
  UpdateMediaInput,
} from './schema.ts';
import { listSweeps } from './sweep/list-sweeps.ts';
import { updateMedia } from './update-media.ts';
import { completeUpload } from './uploads/complete-upload.ts';
import { createUpload } from './uploads/create-upload.ts';

const tags: [string] = ['Media'];

/** Uploading in a form is served without a procedure: its bytes are no JSON. */
export const mediaRouter = router({
  createUpload: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/media/uploads',
        summary: 'Begin an upload of a picture',
        tags,
        successStatus: 201,
      },
      limit: 'admin',
      leavesCatalog: true,
    })
    .input(CreateUploadInput)
    .output(MediaUpload)
    .mutation(({ ctx, input }) => createUpload(ctx, input)),
  completeUpload: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/media/uploads/{uploadId}/complete',
        summary: 'Make a picture of what was uploaded',
        tags,
      },
      limit: 'admin',
      leavesCatalog: true,
    })
    .input(CompleteUploadInput)
    .output(MediaAsset)
    .mutation(({ ctx, input }) => completeUpload(ctx, input)),
  list: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/media', summary: 'List and search pictures', tags },
      limit: 'admin',
    })
    .input(ListMediaInput)
    .output(MediaList)
    .query(({ ctx, input }) => listMedia(ctx, input)),
  get: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/media/{mediaId}', summary: 'Read a picture and where it is shown', tags },
      limit: 'admin',
    })
    .input(MediaInput)
    .output(MediaDetail)
    .query(({ ctx, input }) => findMediaDetail(ctx, input)),
  update: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'PATCH',
        path: '/v1/admin/media/{mediaId}',
        summary: 'Change what is said of a picture',
        tags,
      },
      limit: 'admin',
      leavesCatalog: true,
    })
    .input(UpdateMediaInput)
    .output(MediaDetail)
    .mutation(({ ctx, input }) => updateMedia(ctx, input)),
  delete: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/admin/media/{mediaId}',
        summary: 'Delete a picture',
        tags,
        successStatus: 204,
      },
      limit: 'admin',
    })
    .input(DeleteMediaInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => deleteMedia(ctx, input)),
  sweeps: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/media-sweeps', summary: 'What was found left over', tags },
      limit: 'admin',
    })
    .input(NoInput)
    .output(MediaSweepList)
    .query(({ ctx }) => listSweeps(ctx)),
});
