import type { FormValue } from './form.ts';
import type { JsonObject } from './objects.ts';
import {
  amount,
  choice,
  currency,
  flag,
  list,
  metadata,
  object,
  optional,
  type ReadBy,
  type Reader,
  required,
  text,
  unsettable,
  url,
} from './params.ts';

const line = (): Reader<string | undefined> => optional(text(500));

/** A postal address as Stripe spells it. */
export const address = object({
  city: line(),
  country: line(),
  line1: line(),
  line2: line(),
  postal_code: line(),
  state: line(),
});

const readShipping = object({
  address: required(address),
  name: required(text(500)),
  carrier: line(),
  phone: line(),
  tracking_number: line(),
});

/** Shipping details with every absent member null; `''` unsets them. */
export function shipping(value: FormValue, path: string): JsonObject | null {
  if (value === '') return null;
  const given = readShipping(value, path);
  const { city, country, line1, line2, postal_code, state } = given.address;
  return {
    address: {
      city: city ?? null,
      country: country ?? null,
      line1: line1 ?? null,
      line2: line2 ?? null,
      postal_code: postal_code ?? null,
      state: state ?? null,
    },
    carrier: given.carrier ?? null,
    name: given.name,
    phone: given.phone ?? null,
    tracking_number: given.tracking_number ?? null,
  };
}

function email(value: FormValue, path: string): string | null {
  return unsettable(800)(value, path);
}

const expand = optional(list(text(200), 20));
const methodTypes = optional(list(choice('card', 'us_bank_account', 'link'), 20));
const captureMethod = optional(choice('automatic', 'automatic_async', 'manual'));
const futureUsage = optional(choice('on_session', 'off_session'));

const common = {
  customer: optional(text()),
  description: optional(unsettable(1_000)),
  expand,
  metadata: optional(metadata),
  receipt_email: optional(email),
  setup_future_usage: futureUsage,
  shipping: optional(shipping),
  statement_descriptor: optional(text(22)),
  statement_descriptor_suffix: optional(text(22)),
  transfer_group: optional(text(100)),
};

const confirming = {
  capture_method: captureMethod,
  error_on_requires_action: optional(flag),
  off_session: optional(flag),
  payment_method: optional(text()),
  return_url: optional(url),
  use_stripe_sdk: optional(flag),
};

/** Parameters of `POST /v1/payment_intents`. */
export const createParams = object({
  ...common,
  ...confirming,
  allowed_payment_method_types: methodTypes,
  amount: required(amount),
  automatic_payment_methods: optional(
    object({ allow_redirects: optional(choice('always', 'never')), enabled: required(flag) }),
  ),
  confirm: optional(flag),
  confirmation_method: optional(choice('automatic')),
  currency: required(currency),
  // The name before API version 2026-09-30.endive, for callers that pin an older one.
  payment_method_types: methodTypes,
});

/** What `createParams` yields. */
export type CreateParams = ReturnType<typeof createParams>;

/** Parameters of `POST /v1/payment_intents/{id}`. */
export const updateParams = object({
  ...common,
  amount: optional(amount),
  capture_method: captureMethod,
  currency: optional(currency),
  payment_method: optional(text()),
});

/** What `updateParams` yields. */
export type UpdateParams = ReturnType<typeof updateParams>;

/** Parameters of `POST /v1/payment_intents/{id}/confirm`. */
export const confirmParams = object({
  ...confirming,
  client_secret: optional(text()),
  expand,
  receipt_email: optional(email),
  setup_future_usage: futureUsage,
  shipping: optional(shipping),
});

/** What `confirmParams` yields. */
export type ConfirmParams = Omit<ReturnType<typeof confirmParams>, 'client_secret'>;

/** Parameters of `POST /v1/payment_intents/{id}/capture`. */
export const captureParams = object({ amount_to_capture: optional(amount), expand, metadata: optional(metadata) });

/** What `captureParams` yields. */
export type CaptureParams = ReadBy<Reader<ReturnType<typeof captureParams>>>;

/** Parameters of `POST /v1/payment_intents/{id}/cancel`. */
export const cancelParams = object({
  cancellation_reason: optional(choice('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer')),
  expand,
});

/** What `cancelParams` yields. */
export type CancelParams = ReturnType<typeof cancelParams>;
