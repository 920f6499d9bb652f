import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const mediaErrors = {
  media_not_found: { kind: 'not_found', title: 'There is no such picture.' },
  media_type_unsupported: {
    kind: 'unsupported_media_type',
    title: 'The file is not a JPEG, PNG, GIF, WebP or AVIF picture, whatever it is called.',
  },
  media_unreadable: { kind: 'rule_violated', title: 'The file begins like a picture, but cannot be read as one.' },
  media_limit_exceeded: { kind: 'rule_violated', title: 'The picture is larger than the store works on.' },
  media_too_many_bytes: { kind: 'payload_too_large', title: 'The file is larger than is accepted.' },
  media_form_invalid: {
    kind: 'invalid_input',
    title: 'Send one file, in the field "file" of a form of the type multipart/form-data.',
  },
  media_busy: { kind: 'upstream_unavailable', title: 'Too many pictures are being worked on right now.' },
  media_in_use: { kind: 'conflict', title: 'Products show the picture.' },
  media_upload_not_found: { kind: 'not_found', title: 'There is no such upload.' },
  media_upload_expired: { kind: 'conflict', title: 'The upload was not finished in time; begin another one.' },
  media_upload_completed: { kind: 'conflict', title: 'The upload has been completed; begin another one.' },
  media_upload_incomplete: { kind: 'conflict', title: 'The bytes of the upload have not arrived yet.' },
  media_upload_mismatch: { kind: 'rule_violated', title: 'What arrived is not what the upload was begun for.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(mediaErrors);
