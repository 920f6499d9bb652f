import type { CartwrightClient, RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { printable } from '../output/printable.ts';
import { minute } from '../output/text.ts';
import { askToGoOn } from '../session/ask.ts';
import { connect } from '../session/connect.ts';
import { findCustomerId } from './find-customer.ts';
import { customerText } from './show-customer.ts';

type Customer = RouterOutputs['customer']['adminGet'];

interface ProfileOptions {
  name?: string;
  phone?: string;
  locale?: string;
  currency?: string;
}

/** `customers create`. */
export async function createCustomer(
  cli: Cli,
  email: string,
  { group: groups, ...profile }: ProfileOptions & { group: string[] },
): Promise<undefined> {
  say(cli, await connect(cli).customer.adminCreate.mutate({ email, groups, ...profile }));
}

/** `customers edit`. */
export async function editCustomer(cli: Cli, who: string, options: ProfileOptions): Promise<undefined> {
  const fields = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, value === '' ? null : value]),
  );
  say(
    cli,
    await change(cli, who, (client, customerId) => client.customer.adminUpdate.mutate({ customerId, ...fields })),
  );
}

/** `customers disable`. */
export async function disableCustomer(cli: Cli, who: string): Promise<undefined> {
  say(cli, await change(cli, who, (client, customerId) => client.customer.disable.mutate({ customerId })));
}

/** `customers enable`. */
export async function enableCustomer(cli: Cli, who: string): Promise<undefined> {
  say(cli, await change(cli, who, (client, customerId) => client.customer.enable.mutate({ customerId })));
}

/** `customers reset-second-factors`. */
export async function resetSecondFactors(cli: Cli, who: string): Promise<undefined> {
  await change(cli, who, (client, userId) => client.secondFactor.resetCustomer.mutate({ userId }));
  cli.out(cli.json ? json({ reset: who }) : printable(`${who} has no second factor any more, and is logged out.`));
}

/** `customers impersonate`: the token alone on standard output, so that a script can take it. */
export async function impersonateCustomer(cli: Cli, who: string, { reason }: { reason: string }): Promise<undefined> {
  const opened = await change(cli, who, (client, customerId) =>
    client.customer.impersonate.mutate({ customerId, reason }),
  );
  if (cli.json) return void cli.out(json(opened));
  cli.out(opened.accessToken);
  cli.err(`Good for ${opened.expiresIn} seconds, and renewable until ${minute(opened.endsAt)}.`);
}

/** `customers erase`: asks first, since nobody can undo it. */
export async function eraseCustomer(cli: Cli, who: string, { yes = false }: { yes?: boolean }): Promise<undefined> {
  if (!yes) await askToGoOn(cli, `This erases ${printable(who)} for good.`);
  await change(cli, who, (client, customerId) => client.account.eraseCustomer.mutate({ customerId }));
  cli.out(cli.json ? json({ erased: who }) : printable(`${who} is erased. Orders on their way are, when they end.`));
}

async function change<Answer>(
  cli: Cli,
  who: string,
  mutate: (client: CartwrightClient, customerId: string) => Promise<Answer>,
): Promise<Answer> {
  const client = connect(cli);
  return mutate(client, await findCustomerId(client, who));
}

function say(cli: Cli, customer: Customer): void {
  cli.out(cli.json ? json(customer) : customerText(customer));
}
