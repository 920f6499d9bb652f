import { type Command, Option } from 'commander';
import type { Act } from '../cli.ts';
import { pageOptions } from './values.ts';

export function addOrderCommands(program: Command, act: Act): void {
  const orders = program.command('orders').description('See and handle orders.');

  pageOptions(
    orders
      .command('list')
      .description('List orders, newest first.')
      .addOption(
        new Option('--status <status>', 'only orders in this state').choices([
          'pending',
          'confirmed',
          'completed',
          'cancelled',
        ]),
      ),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ cartwright orders list --status confirmed
  $ cartwright orders list --json | jq -r '.items[].number'`,
    )
    .action(act(async () => (await import('./list-orders.ts')).listOrders));

  orders
    .command('show')
    .description('Show one order: items, totals, payments, timeline.')
    .argument('<order>', 'order number or id')
    .addHelpText('after', '\nExample:\n  $ cartwright orders show 1042')
    .action(act(async () => (await import('./show-order.ts')).showOrder));

  orders
    .command('fulfill')
    .description('Ship everything of an order.')
    .argument('<order>', 'order number or id')
    .option('--tracking-number <number>')
    .option('--carrier <name>')
    .addHelpText(
      'after',
      '\nExample:\n  $ cartwright orders fulfill 1042 --carrier DHL --tracking-number 00340434161094',
    )
    .action(act(async () => (await import('./fulfill-order.ts')).fulfillOrder));

  orders
    .command('cancel')
    .description('Cancel an order, give back its units and its money.')
    .argument('<order>', 'order number or id')
    .option('--reason <text>', 'kept in the timeline')
    .addHelpText('after', '\nExample:\n  $ cartwright orders cancel 1042 --reason "changed their mind"')
    .action(act(async () => (await import('./cancel-order.ts')).cancelOrder));
}
