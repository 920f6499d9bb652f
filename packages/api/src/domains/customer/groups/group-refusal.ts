import { violatedConstraint } from '@cartwright/db';
import { refuse } from '../errors.ts';

/** What an error of writing a group, or a member of it, means to the caller; the error itself when it means nothing. */
export function groupRefusal(error: unknown): unknown {
  switch (violatedConstraint(error)) {
    case 'customer_groups_pkey':
    case 'customer_groups_name_key':
      return refuse('customer_group_taken');
    case 'customer_group_members_group_code_fkey':
      return refuse('customer_group_not_found');
    default:
      return error;
  }
}
