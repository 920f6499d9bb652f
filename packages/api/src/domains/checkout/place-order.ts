import type { payments } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { secondsBetween } from '../../kit/clock.ts';
import { inTransaction } from '../../kit/transaction.ts';
import {
  applyResult,
  attemptRequest,
  loseAttempt,
  MISCONFIGURED,
  type PaymentProvider,
  type ProviderResult,
  ProviderUnavailableError,
  refuse,
  resolveAttempt,
} from '../payment/index.ts';
import { answerCheckout } from './answer-checkout.ts';
import { prepareOrder } from './prepare-order.ts';
import type { CheckoutResult, PlaceOrderInput } from './schema.ts';

/** Another request has just recorded its attempt and is calling the provider: it is left to finish. */
const AT_WORK_SECONDS = 30;
const MAX_ROUNDS = 3;

/**
 * The whole checkout in one request: order and attempt are committed, the provider is called with the
 * attempt's id as key, and its answer is applied in a second transaction. A completed cart answers its order
 * whatever is asked; a decline (402 `payment_declined`) leaves the cart open for another try of the same order.
 */
export async function placeOrder(ctx: Ctx, input: PlaceOrderInput): Promise<CheckoutResult> {
  const provider = ctx.payments.get(input.payment.provider);
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const prepared = await inTransaction(ctx, (tx) => prepareOrder(tx, { owner: ctx, input, provider }));
    if (prepared.next === 'answer') return answerCheckout(ctx, prepared.orderId);
    if (prepared.next === 'pay') return pay(ctx, prepared.payment, prepared.provider);
    const result = await settleOpen(ctx, prepared.payment, prepared.sameRequest);
    const ended = result?.status === 'failed' || result?.status === 'voided';
    if (!ended) return answerCheckout(ctx, prepared.payment.orderId, result);
  }
  throw refuse('payment_provider_unreachable', { retryAfterSeconds: 5 });
}

async function pay(ctx: Ctx, payment: payments.PaymentRow, provider: PaymentProvider): Promise<CheckoutResult> {
  let result: ProviderResult;
  try {
    result = await provider.start(await attemptRequest(ctx.db, payment));
  } catch (error) {
    if (!(error instanceof ProviderUnavailableError)) throw error;
    ctx.log.warn({ paymentId: payment.id }, 'provider did not answer; the worker will ask it');
    await loseAttempt(ctx, payment);
    return answerCheckout(ctx, payment.orderId);
  }
  await applyResult(ctx, payment.id, result);
  if (result.failureCode === MISCONFIGURED) {
    ctx.log.error({ provider: payment.provider, message: result.failureMessage }, 'the provider refuses our keys');
    throw refuse('payment_provider_unreachable', { retryAfterSeconds: 60 });
  }
  return answerCheckout(ctx, payment.orderId, result);
}

/** What became of an attempt that is open already; given up when the shopper now wants to pay another way. */
async function settleOpen(
  ctx: Ctx,
  payment: payments.PaymentRow,
  sameRequest: boolean,
): Promise<ProviderResult | undefined> {
  if (payment.status === 'created' && secondsBetween(payment.createdAt, ctx.now) < AT_WORK_SECONDS) return undefined;
  try {
    return await resolveAttempt(ctx, payment, { giveUp: !sameRequest });
  } catch (error) {
    if (!(error instanceof ProviderUnavailableError)) throw error;
    throw refuse('payment_provider_unreachable', { retryAfterSeconds: 5, cause: error });
  }
}
