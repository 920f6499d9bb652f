import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const blobErrors = {
  media_store_unavailable: {
    kind: 'upstream_unavailable',
    title: 'Where pictures are kept cannot be reached right now.',
  },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(blobErrors);
