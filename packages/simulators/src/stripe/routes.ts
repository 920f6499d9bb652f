import { simulatorAccount } from './account.ts';
import {
  attachParams,
  attachPaymentMethod,
  createCustomer,
  customerParams,
  detachPaymentMethod,
  existingCustomer,
  existingPaymentMethod,
  updateCustomer,
} from './customers.ts';
import { resourceMissing } from './errors.ts';
import { expandAll } from './expand.ts';
import type { FormNode, FormValue } from './form.ts';
import {
  listChargesParams,
  listEventsParams,
  listIntentsParams,
  listPaymentMethodsParams,
  listRefundsParams,
  pageOf,
} from './listing.ts';
import { list, object, optional, readAll, text } from './params.ts';
import { cancelParams, captureParams, confirmParams, createParams, updateParams } from './payment-intent-params.ts';
import {
  cancelIntent,
  captureIntent,
  confirmIntent,
  createIntent,
  existingIntent,
  updateIntent,
} from './payment-intents.ts';
import { createRefund, existingRefund, refundParams, refundUpdateParams, updateRefund } from './refunds.ts';
import { searchIntents, searchParams } from './search.ts';
import type { Transaction } from './transaction.ts';

/** One endpoint: how its parameters are read, and what it then does. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly segments: readonly string[];
  /** A publishable key and the client secret are enough. */
  readonly publishable: boolean;
  /** Reads the parameters; the result runs in a transaction. */
  readonly prepare: (form: FormNode, id: string) => (tx: Transaction) => object;
}

interface Expanding {
  readonly expand?: string[] | undefined;
}

function route<P extends Expanding>(
  signature: string,
  read: (value: FormValue, path: string) => P,
  run: (tx: Transaction, params: P, id: string) => object,
): Route {
  const [method = '', path = ''] = signature.split(' ');
  return {
    method: method === 'GET' ? 'GET' : 'POST',
    segments: path.split('/').slice(1),
    publishable: false,
    prepare: (form, id) => {
      const params = readAll(read, form);
      return (tx) => expandAll(tx, run(tx, params, id), params.expand ?? []);
    },
  };
}

const retrieve = object({ expand: optional(list(text(200), 20)) });
const retrieveWithSecret = object({ client_secret: optional(text()), expand: optional(list(text(200), 20)) });

function required<T>(found: T | undefined, noun: string, id: string): T {
  if (found === undefined) throw resourceMissing(noun, id);
  return found;
}

function matches(wanted: string | undefined, found: unknown): boolean {
  return wanted === undefined || wanted === found;
}

const intents = '/v1/payment_intents';

const ROUTES: readonly Route[] = [
  route(`POST ${intents}`, createParams, createIntent),
  route(`GET ${intents}`, listIntentsParams, (tx, params) =>
    pageOf(
      tx.all('payment_intent').filter((intent) => matches(params.customer, intent.customer)),
      params,
      intents,
    ),
  ),
  route(`GET ${intents}/search`, searchParams, (tx, params) => searchIntents(tx.all('payment_intent'), params)),
  {
    ...route(`GET ${intents}/:id`, retrieveWithSecret, (tx, _, id) => existingIntent(tx, id)),
    publishable: true,
  },
  route(`POST ${intents}/:id`, updateParams, (tx, params, id) => updateIntent(tx, id, params)),
  {
    ...route(`POST ${intents}/:id/confirm`, confirmParams, (tx, params, id) => confirmIntent(tx, id, params)),
    publishable: true,
  },
  route(`POST ${intents}/:id/capture`, captureParams, (tx, params, id) => captureIntent(tx, id, params)),
  route(`POST ${intents}/:id/cancel`, cancelParams, (tx, params, id) => cancelIntent(tx, id, params)),
  route('POST /v1/refunds', refundParams, createRefund),
  route('GET /v1/refunds', listRefundsParams, (tx, params) =>
    pageOf(
      tx
        .all('refund')
        .filter(
          (refund) => matches(params.payment_intent, refund.payment_intent) && matches(params.charge, refund.charge),
        ),
      params,
      '/v1/refunds',
    ),
  ),
  route('GET /v1/refunds/:id', retrieve, (tx, _, id) => existingRefund(tx, id)),
  route('POST /v1/refunds/:id', refundUpdateParams, (tx, params, id) => updateRefund(tx, id, params)),
  route('GET /v1/charges', listChargesParams, (tx, params) =>
    pageOf(
      tx
        .all('charge')
        .filter(
          (charge) =>
            matches(params.payment_intent, charge.payment_intent) && matches(params.customer, charge.customer),
        ),
      params,
      '/v1/charges',
    ),
  ),
  route('GET /v1/charges/:id', retrieve, (tx, _, id) => required(tx.find('charge', id), 'charge', id)),
  route('GET /v1/events', listEventsParams, (tx, params) =>
    pageOf(
      tx
        .currentEvents()
        .filter(
          (event) =>
            matches(params.type, event.type) &&
            (params.types?.includes(event.type) ?? true) &&
            (params.delivery_success === undefined || params.delivery_success === (event.pending_webhooks === 0)),
        ),
      params,
      '/v1/events',
    ),
  ),
  route('GET /v1/events/:id', retrieve, (tx, _, id) =>
    required(
      tx.currentEvents().find((event) => event.id === id),
      'event',
      id,
    ),
  ),
  route('GET /v1/payment_methods/:id', retrieve, (tx, _, id) => existingPaymentMethod(tx, id)),
  route('POST /v1/payment_methods/:id/attach', attachParams, (tx, params, id) =>
    attachPaymentMethod(tx, id, params.customer),
  ),
  route('POST /v1/payment_methods/:id/detach', retrieve, (tx, _, id) => detachPaymentMethod(tx, id)),
  route('POST /v1/customers', customerParams, createCustomer),
  route('GET /v1/customers/:id', retrieve, (tx, _, id) => existingCustomer(tx, id)),
  route('POST /v1/customers/:id', customerParams, (tx, params, id) => updateCustomer(tx, id, params)),
  route('GET /v1/customers/:id/payment_methods', listPaymentMethodsParams, (tx, params, id) =>
    pageOf(
      tx.all('payment_method').filter((method) => method.customer === id && matches(params.type, method.type)),
      params,
      `/v1/customers/${existingCustomer(tx, id).id}/payment_methods`,
    ),
  ),
  route('GET /v1/balance_transactions/:id', retrieve, (tx, _, id) =>
    required(tx.find('balance_transaction', id), 'balance transaction', id),
  ),
  route('GET /v1/account', retrieve, (tx) => simulatorAccount(tx.now)),
];

/** Finds the endpoint and the id in its path. */
export function matchRoute(method: string, path: string): { route: Route; id: string } | undefined {
  const segments = path.split('/').slice(1);
  for (const candidate of ROUTES) {
    if (candidate.method !== method || candidate.segments.length !== segments.length) continue;
    if (!candidate.segments.every((segment, index) => segment === ':id' || segment === segments[index])) continue;
    return { route: candidate, id: segments[candidate.segments.indexOf(':id')] ?? '' };
  }
  return undefined;
}
