import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const reviewErrors = {
  review_not_found: { kind: 'not_found', title: 'There is no such review, or it is not yours.' },
  review_exists: { kind: 'conflict', title: 'You have reviewed this product already.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(reviewErrors);
