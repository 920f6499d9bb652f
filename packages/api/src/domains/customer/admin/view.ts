import type { customerViews } from '@cartwright/db';
import { instant } from '../../../kit/clock.ts';
import { money } from '../../../kit/money.ts';
import { addressView } from '../addresses/view.ts';
import { consentsView } from '../consents/view.ts';
import type { Customer, CustomerList } from './schema.ts';

type Status = Customer['status'];

/** A customer as staff see them in a list. */
export function customerLineView(row: customerViews.CustomerLine): CustomerList['items'][number] {
  const { emailVerifiedAt, status, ...line } = row;
  return { ...line, emailVerified: emailVerifiedAt !== null, status: status as Status };
}

/** Everything staff see of a customer. */
export function customerView(row: customerViews.CustomerDetails): Customer {
  const { emailVerifiedAt, status, addresses, consents, orders, ...customer } = row;
  return {
    ...customer,
    emailVerified: emailVerifiedAt !== null,
    status: status as Status,
    addresses: addresses.map(addressView),
    consents: consentsView(consents.map((each) => ({ ...each, at: instant(each.at) }))),
    orders: orders.map(({ currency, count, totalMinor }) => ({ count, total: money(totalMinor, currency) })),
  };
}
