import type { impersonations } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';

/** Notes that an impersonation is over, and how that came. */
export function auditEnd(
  ctx: TxCtx,
  impersonation: impersonations.ImpersonationRow,
  how: 'ended' | 'replaced' | 'expired' | 'revoked',
): Promise<void> {
  const { id: impersonationId, customerId, staffId, endedAt } = impersonation;
  const detail = { impersonationId, staffId, how, endedAt };
  return audit(ctx, { action: 'customer.impersonation_ended', target: `user:${customerId}`, detail });
}
