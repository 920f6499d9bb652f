import { formatMoney, type RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { pairs } from '../output/table.ts';
import { minute } from '../output/text.ts';
import { connect } from '../session/connect.ts';
import { findCustomerId } from './find-customer.ts';

/** `customers show`. */
export async function showCustomer(cli: Cli, who: string): Promise<undefined> {
  const client = connect(cli);
  const customer = await client.customer.adminGet.query({ customerId: await findCustomerId(client, who) });
  cli.out(cli.json ? json(customer) : customerText(customer));
}

export function customerText(customer: RouterOutputs['customer']['adminGet']): string {
  const { addresses, consents, orders, groups } = customer;
  return pairs([
    ['Email', customer.emailVerified ? customer.email : `${customer.email} (not verified)`],
    ['Id', customer.id],
    ['Status', customer.status],
    ['Name', customer.name ?? ''],
    ['Phone', customer.phone ?? ''],
    ['Locale', customer.locale ?? ''],
    ['Currency', customer.currency ?? ''],
    ['Groups', groups.map(({ code }) => code).join(', ')],
    ...addresses.map(
      ({ address: { firstName, lastName, line1, postalCode, city, country } }) =>
        ['Address', `${firstName} ${lastName}, ${line1}, ${postalCode} ${city}, ${country}`] as const,
    ),
    ...consents.map(({ channel, granted }) => ['Marketing', `${channel}: ${granted ? 'yes' : 'no'}`] as const),
    ...orders.map(({ count, total }) => ['Orders', `${count}, ${formatMoney(total)}`] as const),
    ['Last order', minute(customer.lastOrderAt)],
    ['Since', minute(customer.createdAt)],
  ]);
}
