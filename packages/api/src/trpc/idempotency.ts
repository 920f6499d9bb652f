import { idempotencyKeys } from '@cartwright/db';
import superjson, { type SuperJSONResult } from 'superjson';
import type { Ctx } from '../context.ts';
import { secondsAfter } from '../kit/clock.ts';
import { DomainError, type ErrorKind } from '../kit/domain-error.ts';
import { sha256Hex } from '../kit/ids.ts';
import { createSealer } from '../kit/seal.ts';
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
 * Runs `next` once for a caller, a procedure and an `Idempotency-Key`, and gives the kept answer to every
 * repetition. Another body under the same key is 422, one still at work 409. A process that dies at work leaves
 * the key to the next request after the lease; what must not happen twice even then is guarded where it happens.
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
    requestHash: sha256Hex(canonicalJson(request.input)),
    now: ctx.now,
    lockedUntil: secondsAfter(ctx.now, LEASE_SECONDS),
  };
  const found = await idempotencyKeys.claimIdempotencyKey(ctx.db, claim);
  if (found.outcome === 'other_request') throw toTrpcError(refuse('idempotency_key_reused'));
  if (found.outcome === 'in_flight') throw toTrpcError(refuse('idempotency_in_flight', { retryAfterSeconds: 1 }));
  // An answer may hold a capability, such as the token of an order, so it is not kept in clear.
  const sealer = createSealer({
    secret: ctx.config.authSecret,
    purpose: 'cartwright idempotent answers',
    ids: ctx.ids,
  });
  const place = `${claim.scope} ${path} ${claim.key}`;
  if (found.outcome === 'answered') return replay<R>(sealer.open(found.response, place), ctx);
  const keep = (stored: Stored) =>
    idempotencyKeys.saveIdempotentResponse(ctx.db, { ...claim, response: sealer.seal(JSON.stringify(stored), place) });

  const result = (await next()) as Result<R>;
  if (result.ok) {
    await keep({ ok: true, output: superjson.serialize(result.data) });
    return result;
  }
  const error = toDomainError(result.error);
  if (KEPT_REFUSALS.includes(error.kind)) {
    const { code, kind, title, message: detail, details } = error;
    await keep({ ok: false, code, kind, title, detail, ...(details && { details }) });
  } else {
    await idempotencyKeys.deleteIdempotencyKey(ctx.db, claim);
  }
  throw toTrpcError(error);
}

/** The same text for the same value, in whatever order its fields came. Refuses what no schema of ours admits. */
function canonicalJson(value: unknown): string {
  const sorted = (_key: string, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each;
  try {
    return JSON.stringify(value, sorted) ?? '';
  } catch (cause) {
    throw refuse('invalid_input', { cause });
  }
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
  if (ctx.actor.kind === 'apiKey') return `key:${ctx.actor.keyId}`;
  if (ctx.cartToken !== undefined) return `cart:${sha256Hex(ctx.cartToken)}`;
  return `address:${ctx.clientAddress}`;
}

function replay<R>(answer: string | undefined, ctx: Ctx): R {
  // Sealed under another secret: it cannot be given again, and must not be made again.
  if (answer === undefined) throw toTrpcError(refuse('idempotency_key_reused'));
  const stored = JSON.parse(answer) as Stored;
  if (stored.ok) {
    // The shape of tRPC's middleware result; its marker exists in types only.
    return { ok: true, data: superjson.deserialize(stored.output), ctx, marker: 'middlewareMarker' } as R;
  }
  const { code, kind, title, detail, details } = stored;
  throw toTrpcError(new DomainError(code, { kind, title }, { detail, ...(details && { details }) }));
}
