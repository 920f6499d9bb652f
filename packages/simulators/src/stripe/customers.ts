import { takePaymentMethod } from './attempts.ts';
import { newCustomer } from './builders.ts';
import { invalidRequest, resourceMissing } from './errors.ts';
import { patchMetadata } from './metadata.ts';
import type { Customer, PaymentMethod } from './objects.ts';
import { list, metadata, object, optional, required, text, unsettable } from './params.ts';
import { address, shipping } from './payment-intent-params.ts';
import { newPaymentMethod } from './payment-method-details.ts';
import { testPaymentMethod } from './test-payment-methods.ts';
import type { Transaction } from './transaction.ts';

const expand = optional(list(text(200), 20));

/** Parameters of `POST /v1/customers` and of its update. */
export const customerParams = object({
  address: optional(address),
  description: optional(unsettable()),
  email: optional(unsettable(512)),
  expand,
  metadata: optional(metadata),
  name: optional(unsettable(256)),
  phone: optional(unsettable(20)),
  shipping: optional(shipping),
});

/** Parameters of `POST /v1/payment_methods/{id}/attach`. */
export const attachParams = object({ customer: required(text()), expand });

/** What `customerParams` yields. */
export type CustomerParams = ReturnType<typeof customerParams>;

function changesOf(params: CustomerParams, current: Customer['metadata']): Partial<Customer> {
  const { expand: _, metadata: patch, address: given, ...rest } = params;
  const named = Object.entries(rest).filter(([, value]) => value !== undefined);
  const full = given && Object.fromEntries(Object.entries(given).map(([key, value]) => [key, value ?? null]));
  return {
    ...Object.fromEntries(named),
    ...(full === undefined ? {} : { address: full }),
    metadata: patchMetadata(current, patch),
  };
}

/** Creates a customer. */
export function createCustomer(tx: Transaction, params: CustomerParams): Customer {
  const customer = tx.put(newCustomer(tx, changesOf(params, {})));
  tx.emit('customer.created', customer);
  return customer;
}

/** Finds the customer named in the URL. */
export function existingCustomer(tx: Transaction, id: string): Customer {
  const customer = tx.find('customer', id);
  if (customer === undefined) throw resourceMissing('customer', id);
  return customer;
}

/** Changes a customer. */
export function updateCustomer(tx: Transaction, id: string, params: CustomerParams): Customer {
  const current = existingCustomer(tx, id);
  const customer = tx.put({ ...current, ...changesOf(params, current.metadata) });
  tx.emit('customer.updated', customer);
  return customer;
}

/** Finds a stored payment method or shows a test one under its own name. */
export function existingPaymentMethod(tx: Transaction, id: string): PaymentMethod {
  const stored = tx.find('payment_method', id);
  if (stored !== undefined) return stored;
  const test = testPaymentMethod(id);
  if (test === undefined) throw resourceMissing('PaymentMethod', id, 'id');
  return newPaymentMethod(id, tx.now, test);
}

/** Saves a payment method with a customer. */
export function attachPaymentMethod(tx: Transaction, id: string, customerId: string): PaymentMethod {
  if (tx.find('customer', customerId) === undefined) throw resourceMissing('customer', customerId, 'customer');
  const current = takePaymentMethod(tx, id);
  if (current.customer !== null && current.customer !== customerId) {
    throw invalidRequest('The payment method you provided has already been attached to a customer.');
  }
  const attached = tx.put({ ...current, customer: customerId });
  tx.emit('payment_method.attached', attached);
  return attached;
}

/** Takes a payment method away from its customer. */
export function detachPaymentMethod(tx: Transaction, id: string): PaymentMethod {
  const current = tx.find('payment_method', id);
  if (current === undefined) throw resourceMissing('PaymentMethod', id, 'id');
  const detached = tx.put({ ...current, customer: null });
  tx.emit('payment_method.detached', detached, { customer: current.customer });
  return detached;
}
