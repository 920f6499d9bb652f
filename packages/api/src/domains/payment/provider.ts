/** What a provider says of an attempt, in our words. */
export type ProviderStatus = 'requires_action' | 'processing' | 'authorized' | 'captured' | 'failed' | 'voided';

export interface ProviderResult {
  status: ProviderStatus;
  /** The provider's id of the payment; null when it made none (a refused request). */
  providerRef: string | null;
  /** What the provider says the attempt is over; compared with ours before it has any effect. */
  amountMinor: number;
  currency: string;
  /** Our attempt's id as the provider knows it, if it says so. */
  attemptId: string | null;
  clientSecret?: string | undefined;
  failureCode?: string | undefined;
  failureMessage?: string | undefined;
}

export interface AttemptRequest {
  attemptId: string;
  orderId: string;
  orderNumber: string;
  amountMinor: number;
  currency: string;
  email: string;
  paymentMethodId: string | null;
  /** The account that keeps the payment method, as the provider knows it; absent when none does. */
  customerRef?: string;
  createdAt: Date;
}

export interface RefundRequest {
  refundId: string;
  providerRef: string;
  amountMinor: number;
  currency: string;
}

/** The failure code of an attempt that the provider refused because of our own keys. */
export const MISCONFIGURED = 'provider_misconfigured';

export interface RefundResult {
  status: 'submitted' | 'succeeded' | 'failed';
  providerRef: string | null;
  message?: string;
}

/** Thrown by a provider when it is not known whether the work was done: the attempt becomes `unknown`. */
export class ProviderUnavailableError extends Error {
  override readonly name = 'ProviderUnavailableError';
}

/** What a provider keeps of a way to pay. Never card data. */
export interface KeptPaymentMethod {
  /** The provider's name of it. */
  reference: string;
  /** Whose it is at the provider; null when it is tied to nobody. */
  customerRef: string | null;
  type: string;
  brand: string | null;
  last4: string | null;
  expiresMonth: number | null;
  expiresYear: number | null;
}

/** Where a provider keeps ways to pay for our accounts. Every call may throw {@link ProviderUnavailableError}. */
export interface PaymentVault {
  /** Makes our account known to the provider, with our id as key: asked again soon, the answer is the same. */
  createCustomer(userId: string): Promise<string>;
  /** Undefined when the provider has no such. */
  find(reference: string): Promise<KeptPaymentMethod | undefined>;
  /** Ties it to an account; undefined when the provider refuses: it is declined, spent or somebody else's. */
  attach(reference: string, customerRef: string): Promise<KeptPaymentMethod | undefined>;
  /** Lets go of it; one that is not there has been let go already. */
  detach(reference: string): Promise<void>;
}

export interface PaymentProvider {
  /** Absent where the provider keeps nothing for accounts. */
  vault?: PaymentVault;
  /** True when payments through it are not real money. */
  test: boolean;
  /** Starts the attempt, with its id as idempotency key. A decline is a result, not an error. */
  start(attempt: AttemptRequest): Promise<ProviderResult>;
  /** What became of an attempt; undefined when the provider has never heard of it. */
  find(attempt: AttemptRequest & { providerRef: string | null }): Promise<ProviderResult | undefined>;
  /** Gives up an attempt that has not been paid; answers what it became, which may be `captured`. */
  cancel(attempt: AttemptRequest & { providerRef: string }): Promise<ProviderResult>;
  /** Sends money back, with the refund's id as idempotency key. */
  refund(refund: RefundRequest): Promise<RefundResult>;
  /** How a refund that was submitted stands now. */
  findRefund(providerRef: string): Promise<RefundResult>;
}

export type ProviderName = 'stripe' | 'manual';

export interface PaymentProviders {
  /** The provider, or undefined where the configuration has none. */
  get(name: ProviderName): PaymentProvider | undefined;
}
