import { invalidRequest, resourceMissing } from './errors.ts';
import type { StoredObject } from './objects.ts';
import { choice, flag, integer, list, object, optional, type TimeRange, text, timeRange } from './params.ts';

const page = {
  created: optional(timeRange),
  ending_before: optional(text()),
  expand: optional(list(text(200), 20)),
  limit: optional(integer({ min: 1, max: 100 })),
  starting_after: optional(text()),
};

/** Parameters of `GET /v1/payment_intents`. */
export const listIntentsParams = object({ ...page, customer: optional(text()) });

/** Parameters of `GET /v1/refunds`. */
export const listRefundsParams = object({ ...page, charge: optional(text()), payment_intent: optional(text()) });

/** Parameters of `GET /v1/events`. */
export const listEventsParams = object({
  ...page,
  delivery_success: optional(flag),
  type: optional(text()),
  types: optional(list(text(), 20)),
});

/** Parameters of `GET /v1/charges`. */
export const listChargesParams = object({ ...page, customer: optional(text()), payment_intent: optional(text()) });

/** Parameters of `GET /v1/customers/{id}/payment_methods`. */
export const listPaymentMethodsParams = object({ ...page, type: optional(choice('card', 'us_bank_account')) });

/** Which part of a list is wanted. */
export interface PageParams {
  readonly created?: TimeRange | undefined;
  readonly ending_before?: string | undefined;
  readonly limit?: number | undefined;
  readonly starting_after?: string | undefined;
}

/** A page of a list, newest first. */
export interface Page<T> {
  readonly object: 'list';
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly url: string;
}

function positionOf(items: readonly StoredObject[], id: string, param: string): number {
  const index = items.findIndex((item) => item.id === id);
  if (index === -1) throw resourceMissing(items[0]?.object ?? 'object', id, param);
  return index;
}

/** Cuts one page out of objects given oldest first. */
export function pageOf<T extends StoredObject>(oldestFirst: readonly T[], params: PageParams, url: string): Page<T> {
  if (params.starting_after !== undefined && params.ending_before !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: starting_after, ending_before.');
  }
  const { created, limit = 10 } = params;
  const newestFirst = oldestFirst
    .filter((item) => created === undefined || (item.created > created.gt && item.created < created.lt))
    .reverse();
  if (params.ending_before !== undefined) {
    const end = positionOf(newestFirst, params.ending_before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', data: newestFirst.slice(start, end), has_more: start > 0, url };
  }
  const start =
    params.starting_after === undefined ? 0 : positionOf(newestFirst, params.starting_after, 'starting_after') + 1;
  const data = newestFirst.slice(start, start + limit);
  return { object: 'list', data, has_more: start + limit < newestFirst.length, url };
}
