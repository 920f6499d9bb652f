/** The `error` member of a Stripe error answer. */
export interface StripeErrorBody {
  readonly type: 'invalid_request_error' | 'card_error' | 'api_error' | 'idempotency_error';
  readonly message: string;
  readonly code?: string;
  readonly param?: string;
  readonly decline_code?: string;
  readonly charge?: string;
  readonly payment_intent?: object;
  readonly payment_method?: object;
}

/** A refusal that is answered in Stripe's error shape with the given HTTP status. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: StripeErrorBody;

  constructor(status: number, body: StripeErrorBody) {
    super(body.message);
    this.name = 'ApiError';
    this.status = status;
    this.body = body;
  }

  /** The JSON document sent to the client. */
  document(requestId: string): { error: object } {
    const docUrl = this.body.code === undefined ? {} : { doc_url: docUrlOf(this.body.code) };
    return {
      error: {
        ...this.body,
        ...docUrl,
        request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
      },
    };
  }
}

/** The page of Stripe's manual that explains an error code. */
export function docUrlOf(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
}

/** A 400 `invalid_request_error`. */
export function invalidRequest(message: string, detail: { code?: string; param?: string } = {}): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, ...detail });
}

/** A 400 for an action that the PaymentIntent's status does not allow. */
export function unexpectedState(message: string, paymentIntent: object): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message,
    payment_intent: paymentIntent,
  });
}

/** `resource_missing`: 404 when the id is in the URL, 400 when it is a parameter. */
export function resourceMissing(noun: string, id: string, param = 'id'): ApiError {
  const status = param === 'id' || param === 'intent' ? 404 : 400;
  return new ApiError(status, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${noun}: '${id.slice(0, 200)}'`,
    param,
  });
}

/** The generic 500. */
export function internalError(): ApiError {
  return new ApiError(500, {
    type: 'api_error',
    message: 'Sorry, there was a problem on our end. (The Stripe simulator was told to fail, or it has a defect.)',
  });
}
