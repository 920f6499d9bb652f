import { impersonations } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { endImpersonationSessions } from '../../auth/index.ts';
import { auditEnd } from './audit-end.ts';

/** Ends whatever a member of staff looks at as a customer, and notes it; answers which customers that was. */
export async function endOpenImpersonations(
  ctx: TxCtx,
  { staffId, how }: { staffId: string; how: 'ended' | 'replaced' },
): Promise<string[]> {
  const ended = await impersonations.endImpersonationsOf(ctx.tx, { staffId, now: ctx.now });
  await endImpersonationSessions(ctx.tx, { staffId });
  for (const each of ended) await auditEnd(ctx, each, how);
  return ended.map(({ customerId }) => customerId);
}
