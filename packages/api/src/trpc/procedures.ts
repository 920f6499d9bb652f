import type { Ctx } from '../context.ts';
import type { Permission } from '../kit/actor.ts';
import { permissionsOf } from '../kit/actor.ts';
import { currentActor } from './current-actor.ts';
import { refuse, toDomainError, toTrpcError } from './errors.ts';
import { idempotently } from './idempotency.ts';
import { t } from './init.ts';
import type { ProcedureMeta } from './meta.ts';
import { assertProvenLately } from './step-up.ts';

/** Throws unless the actor satisfies the rule. */
export function authorize({ access, stepUp, whileImpersonating }: ProcedureMeta, ctx: Ctx, type: string): void {
  const { actor } = ctx;
  if (access === undefined) throw refuse('forbidden');
  if (actor.kind === 'impersonation' && type !== 'query' && !whileImpersonating) {
    throw refuse('impersonation_read_only');
  }
  if (access === 'public') return;
  if (actor.kind === 'guest') throw refuse('unauthenticated');
  if (access === 'customer') {
    if (!['customer', 'staff', 'impersonation'].includes(actor.kind)) throw refuse('forbidden');
  } else if (actor.kind === 'staff' && actor.secondFactorMissing) {
    throw refuse('second_factor_enrollment_required');
  } else if (!permissionsOf(actor).includes(access.permission)) {
    throw refuse('forbidden');
  }
  if (stepUp) assertProvenLately(ctx);
}

/** Has every transaction of the call begin with the actor as the database knows it. */
const recheckedIn = ({ actor }: Ctx, { access }: ProcedureMeta): Pick<Ctx, 'currentActor'> => ({
  currentActor: (tx) => currentActor(tx, actor, access),
});

// One middleware, since each costs about five microseconds: the rule, then the call, then one error shape.
const base = t.procedure.use(async ({ ctx, meta, next, path, type, getRawInput }) => {
  try {
    authorize(meta ?? {}, ctx, type);
    const proceed = meta?.stepUp || meta?.ownSession ? () => next({ ctx: recheckedIn(ctx, meta) }) : next;
    if (meta?.idempotent && ctx.idempotencyKey !== undefined && type === 'mutation') {
      return await idempotently({ ctx, path, input: await getRawInput() }, proceed);
    }
    const result = await proceed();
    if (result.ok) return result;
    throw result.error;
  } catch (error) {
    throw toTrpcError(toDomainError(error));
  } finally {
    // The caller's next read shows it. Also after a refusal: a declined payment has held units and given them back.
    if (type === 'mutation' && !meta?.leavesCatalog) await ctx.changes.settle();
  }
});

/** Anybody may call; ids in the input still need their capability or owner. */
export const publicProcedure = base.meta({ access: 'public' });
/** Anybody with an account. */
export const customerProcedure = base.meta({ access: 'customer' });
/** Staff with the permission. */
export const permittedProcedure = (permission: Permission) => base.meta({ access: { permission } });
export const router = t.router;
