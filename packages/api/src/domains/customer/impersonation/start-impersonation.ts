import { impersonations, violatedConstraint } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import type { Actor } from '../../../kit/actor.ts';
import { audit } from '../../../kit/audit.ts';
import { secondsAfter } from '../../../kit/clock.ts';
import { sha256Hex } from '../../../kit/ids.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse as refuseRequest } from '../../../trpc/errors.ts';
import { IMPERSONATION_SECONDS, openImpersonationSession } from '../../auth/index.ts';
import { refuse } from '../errors.ts';
import { lockCustomer } from '../lock-account.ts';
import { endOpenImpersonations } from './end-open-impersonations.ts';
import type { ImpersonateInput, Impersonation } from './schema.ts';
import { signImpersonation } from './sign-impersonation.ts';

type Staff = Extract<Actor, { kind: 'staff' }>;

/** The session that it began in is over, or so is the account: violated when a token outlives them by seconds. */
const GONE = ['sessions_impersonator_session_id_fkey', 'sessions_impersonator_id_fkey'];

/**
 * Lets a member of staff read what a customer can read, for 15 minutes at most and as long as the session lasts that it
 * is begun in. Another one of theirs ends. Refuses with `customer_not_found` (also for an account with a staff role),
 * `customer_disabled`.
 */
export async function startImpersonation(ctx: Ctx, input: ImpersonateInput): Promise<Impersonation> {
  const { actor } = ctx;
  if (actor.kind !== 'staff') throw refuseRequest('forbidden');
  try {
    const { former, ...started } = await inTransaction(ctx, (txCtx) => start(txCtx, { ctx, actor, input }));
    for (const customerId of former) ctx.accessTokens.forgetUser(customerId);
    return await signImpersonation(ctx, started);
  } catch (error) {
    throw GONE.includes(violatedConstraint(error) ?? '') ? refuseRequest('unauthenticated', { cause: error }) : error;
  }
}

async function start(txCtx: TxCtx, request: { ctx: Ctx; actor: Staff; input: ImpersonateInput }) {
  const { tx, ids, now } = txCtx;
  const { userAgent, clientAddress: address } = request.ctx;
  const { userId: staffId, sessionId: staffSessionId } = request.actor;
  const { id: customerId, status } = await lockCustomer(txCtx, request.input.customerId);
  if (status !== 'active') throw refuse('customer_disabled');
  const former = await endOpenImpersonations(txCtx, { staffId, how: 'replaced' });
  const impersonator = { userId: staffId, sessionId: staffSessionId };
  const { id: sessionId } = await openImpersonationSession(txCtx, { customerId, impersonator, userAgent, address });
  const id = ids.uuid(now);
  const endsAt = secondsAfter(now, IMPERSONATION_SECONDS);
  const times = { startedAt: now, expiresAt: endsAt };
  await impersonations.insertImpersonation(tx, { id, sessionId: sha256Hex(sessionId), staffId, customerId, ...times });
  const detail = { impersonationId: id, reason: request.input.reason, endsAt };
  await audit(txCtx, { action: 'customer.impersonation_started', target: `user:${customerId}`, detail });
  return { customerId, staffId, sessionId, startedAt: now, endsAt, former };
}
