import { type Command, Option } from 'commander';
import type { Act } from '../cli.ts';
import { collect, pageOptions } from './values.ts';

const WHO = 'email address or id';

export function addCustomerCommands(program: Command, act: Act): void {
  const customers = program.command('customers').description('See and manage customers.');

  pageOptions(
    customers
      .command('list')
      .description('List customers, newest first.')
      .option('--email <address>', 'the beginning of the address')
      .option('--name <words>', 'each word begins a word of the name')
      .option('--phone <number>', 'the number or its last digits')
      .option('--group <code>', 'only of this group')
      .addOption(new Option('--status <status>', 'only in this state').choices(['active', 'disabled'])),
  )
    .addHelpText('after', '\nExample:\n  $ cartwright customers list --name "ada love"')
    .action(act(async () => (await import('./list-customers.ts')).listCustomers));

  customers
    .command('show')
    .description('Show one customer: profile, groups, addresses, consents, orders.')
    .argument('<customer>', WHO)
    .addHelpText('after', '\nExample:\n  $ cartwright customers show ada@example.com')
    .action(act(async () => (await import('./show-customer.ts')).showCustomer));

  profileOptions(
    customers
      .command('create')
      .description('Make a customer, who gets a password by "forgotten password".')
      .argument('<email>')
      .option('--group <code>', 'may be repeated', collect, []),
  )
    .addHelpText(
      'after',
      '\nExample:\n  $ cartwright customers create ada@example.com --name "Ada Lovelace" --group wholesale',
    )
    .action(act(async () => (await import('./manage-customers.ts')).createCustomer));

  profileOptions(
    customers
      .command('edit')
      .description('Change a customer; an empty value takes it away.')
      .argument('<customer>', WHO),
  )
    .addHelpText('after', '\nExample:\n  $ cartwright customers edit ada@example.com --locale de-AT --phone ""')
    .action(act(async () => (await import('./manage-customers.ts')).editCustomer));

  customers
    .command('disable')
    .description('Keep a customer out, at once.')
    .argument('<customer>', WHO)
    .addHelpText('after', '\nExample:\n  $ cartwright customers disable ada@example.com')
    .action(act(async () => (await import('./manage-customers.ts')).disableCustomer));

  customers
    .command('enable')
    .description('Let a customer in again.')
    .argument('<customer>', WHO)
    .addHelpText('after', '\nExample:\n  $ cartwright customers enable ada@example.com')
    .action(act(async () => (await import('./manage-customers.ts')).enableCustomer));

  customers
    .command('reset-second-factors')
    .description('Take all second factors from somebody who has lost them; ends their sessions.')
    .argument('<customer>', WHO)
    .addHelpText('after', '\nExample:\n  $ cartwright customers reset-second-factors ada@example.com')
    .action(act(async () => (await import('./manage-customers.ts')).resetSecondFactors));

  customers
    .command('impersonate')
    .description('Print an access token that reads what the customer can read, and changes nothing.')
    .argument('<customer>', WHO)
    .requiredOption('--reason <text>', 'kept in the audit log')
    .addHelpText('after', '\nExample:\n  $ cartwright customers impersonate ada@example.com --reason "ticket 4711"')
    .action(act(async () => (await import('./manage-customers.ts')).impersonateCustomer));

  customers
    .command('erase')
    .description('Erase the person for good; orders stay, without name and address.')
    .argument('<customer>', WHO)
    .option('--yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  $ cartwright customers erase ada@example.com')
    .action(act(async () => (await import('./manage-customers.ts')).eraseCustomer));
}

export function addCustomerGroupCommands(program: Command, act: Act): void {
  const groups = program.command('customer-groups').description('See and manage groups of customers.');

  pageOptions(groups.command('list').description('List the groups.'))
    .addHelpText('after', '\nExample:\n  $ cartwright customer-groups list')
    .action(act(async () => (await import('./manage-customer-groups.ts')).listGroups));

  groups
    .command('create')
    .description('Make a group.')
    .argument('<code>', 'lower-case letters, digits and hyphens')
    .argument('<name>')
    .option('--description <text>')
    .addHelpText('after', '\nExample:\n  $ cartwright customer-groups create wholesale "Resellers"')
    .action(act(async () => (await import('./manage-customer-groups.ts')).createGroup));

  groups
    .command('edit')
    .description('Change a group.')
    .argument('<code>')
    .option('--name <name>')
    .option('--description <text>')
    .addHelpText('after', '\nExample:\n  $ cartwright customer-groups edit wholesale --name "Trade"')
    .action(act(async () => (await import('./manage-customer-groups.ts')).editGroup));

  groups
    .command('delete')
    .description('Delete a group; its customers stay.')
    .argument('<code>')
    .addHelpText('after', '\nExample:\n  $ cartwright customer-groups delete wholesale')
    .action(act(async () => (await import('./manage-customer-groups.ts')).deleteGroup));

  groups
    .command('add')
    .description('Put a customer into a group.')
    .argument('<code>')
    .argument('<customer>', WHO)
    .addHelpText('after', '\nExample:\n  $ cartwright customer-groups add wholesale ada@example.com')
    .action(act(async () => (await import('./manage-customer-groups.ts')).addMember));

  groups
    .command('remove')
    .description('Take a customer out of a group.')
    .argument('<code>')
    .argument('<customer>', WHO)
    .addHelpText('after', '\nExample:\n  $ cartwright customer-groups remove wholesale ada@example.com')
    .action(act(async () => (await import('./manage-customer-groups.ts')).removeMember));
}

const profileOptions = (command: Command): Command =>
  command
    .option('--name <name>')
    .option('--phone <number>')
    .option('--locale <tag>', 'such as de-AT')
    .option('--currency <code>', 'one of the store’s');
