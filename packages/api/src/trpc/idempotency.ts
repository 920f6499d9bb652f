import { idempotencyKeys } from '@cartwright/db';
import superjson, { type SuperJSONResult } from 'superjson';
import type { Ctx } from '../context.ts';
import { secondsAfter } from '../kit/clock.ts';
import { DomainError, type ErrorKind } from '../kit/domain-error.ts';
import { sha256Hex } from '../kit/ids.ts';
import { refuse, toDomainError, toTrpcError } from './errors.ts';

/** How long one request may be at work before another with its key may take over. */
const LEASE_SECONDS = 60;

/** A refusal of these kinds is an answer worth keeping; any other may turn out differently next time. */
const KEPT_REFUSALS: readonly ErrorKind[] = ['payment_declined', 'conflict', 'rule_violated', 'not_found', 'forbidden'];

type Stored =
  | { ok: true; output: SuperJSONResult }
  | { ok: false; code: string; kind: ErrorKind; title: string; detail: string; details?: Record<string, unknown> };

type Result<R> = R & ({ ok: true; data: unknown } | { ok: false; error: Error });

/**
 * Runs `next` at most once for a caller, a procedure and an `Idempotency-Key`, and gives the kept answer
 * to every repetition. Another body under the same key is 422, one still at work 409.
 */
export async function idempotently<R extends { ok: boolean }>(
  request: { ctx: Ctx; path: string; input: unknown },
  next: () => Promise<R>,
): Promise<R> {
  const { ctx, path } = request;
  const claim = {
    scope: callerOf(ctx),
    procedure: path,
    key: keyOf(ctx),
    requestHash: sha256Hex(JSON.stringify(request.input) ?? ''),
    now: ctx.now,
    lockedUntil: secondsAfter(ctx.now, LEASE_SECONDS),
  };
  const found = await idempotencyKeys.claimIdempotencyKey(ctx.db, claim);
  if (found.outcome === 'other_request') throw toTrpcError(refuse('idempotency_key_reused'));
  if (found.outcome === 'in_flight') throw toTrpcError(refuse('idempotency_in_flight', { retryAfterSeconds: 1 }));
  if (found.outcome === 'answered') return replay<R>(JSON.parse(found.response) as Stored, ctx);

  const result = (await next()) as Result<R>;
  if (result.ok) {
    const stored: Stored = { ok: true, output: superjson.serialize(result.data) };
    await idempotencyKeys.saveIdempotentResponse(ctx.db, { ...claim, response: JSON.stringify(stored) });
    return result;
  }
  const error = toDomainError(result.error);
  if (KEPT_REFUSALS.includes(error.kind)) {
    const { code, kind, title, message: detail, details } = error;
    const stored: Stored = { ok: false, code, kind, title, detail, ...(details && { details }) };
    await idempotencyKeys.saveIdempotentResponse(ctx.db, { ...claim, response: JSON.stringify(stored) });
  } else {
    await idempotencyKeys.deleteIdempotencyKey(ctx.db, claim);
  }
  throw toTrpcError(error);
}

function keyOf(ctx: Ctx): string {
  const key = ctx.idempotencyKey ?? '';
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    const issues = [{ pointer: '/Idempotency-Key', message: '1 to 255 visible ASCII characters' }];
    throw toTrpcError(refuse('invalid_input', { details: { issues } }));
  }
  return key;
}

/** Two callers' keys never meet: an account, a guest's capability, or at least an address. */
function callerOf(ctx: Ctx): string {
  if (ctx.actor.kind === 'customer' || ctx.actor.kind === 'staff') return `user:${ctx.actor.userId}`;
  if (ctx.cartToken !== undefined) return `cart:${sha256Hex(ctx.cartToken)}`;
  return `address:${ctx.clientAddress}`;
}

function replay<R>(stored: Stored, ctx: Ctx): R {
  if (stored.ok) {
    // The shape of tRPC's middleware result; its marker exists in types only.
    return { ok: true, data: superjson.deserialize(stored.output), ctx, marker: 'middlewareMarker' } as R;
  }
  const { code, kind, title, detail, details } = stored;
  throw toTrpcError(new DomainError(code, { kind, title }, { detail, ...(details && { details }) }));
}
