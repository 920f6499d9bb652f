export { applyStripeEvent } from './apply-event.ts';
export { applyResult } from './apply-result.ts';
export { attemptRequest } from './attempt-request.ts';
export { paymentErrors, refuse } from './errors.ts';
export { forgetPayer } from './forget-payer.ts';
export { forgetPaymentMethod } from './forget-payment-method.ts';
export { loseAttempt } from './lose-attempt.ts';
export { isSettledAtOnce, openAttempt } from './open-attempt.ts';
export {
  type KeptPaymentMethod,
  MISCONFIGURED,
  type PaymentProvider,
  type PaymentVault,
  type ProviderResult,
  ProviderUnavailableError,
} from './provider.ts';
export { receiveStripeEvent } from './receive-event.ts';
export { refundOrder } from './refund-order.ts';
export { releaseExpired } from './release-expired.ts';
export { resolveAttempt } from './resolve-attempt.ts';
export { resolveOpenPayments } from './resolve-open-payments.ts';
export { submitRefund } from './submit-refund.ts';
