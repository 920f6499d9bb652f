import type { Command } from 'commander';
import type { Act } from '../cli.ts';
import { collect, pageOptions } from './values.ts';

export function addStaffCommands(program: Command, act: Act): void {
  const staff = program.command('staff').description('See and manage who works for the store.');
  const WHO = 'email address or id';

  pageOptions(
    staff
      .command('list')
      .description('List staff and those who are invited.')
      .option('--role <role>', 'only those who have it or are invited to it'),
  )
    .addHelpText('after', '\nExample:\n  $ cartwright staff list --role support')
    .action(act(async () => (await import('./list-staff.ts')).listStaff));

  staff
    .command('invite')
    .description('Send somebody a link that gives them roles. You need what the roles can do.')
    .argument('<email>')
    .option('--role <role>', 'may be repeated', collect, [])
    .option('--name <name>', 'of a new account')
    .addHelpText('after', '\nExample:\n  $ cartwright staff invite grace@example.com --role support')
    .action(act(async () => (await import('./manage-staff.ts')).inviteStaff));

  staff
    .command('resend')
    .description('Send an invitation again, with a new link.')
    .argument('<staff>', WHO)
    .addHelpText('after', '\nExample:\n  $ cartwright staff resend grace@example.com')
    .action(act(async () => (await import('./manage-staff.ts')).resendInvitation));

  staff
    .command('uninvite')
    .description('Withdraw an invitation.')
    .argument('<staff>', WHO)
    .addHelpText('after', '\nExample:\n  $ cartwright staff uninvite grace@example.com')
    .action(act(async () => (await import('./manage-staff.ts')).revokeInvitation));

  staff
    .command('grant')
    .description('Give a member of staff another role.')
    .argument('<staff>', WHO)
    .argument('<role>')
    .addHelpText('after', '\nExample:\n  $ cartwright staff grant grace@example.com support')
    .action(act(async () => (await import('./manage-staff.ts')).grantRole));

  staff
    .command('revoke')
    .description('Take a role from a member of staff.')
    .argument('<staff>', WHO)
    .argument('<role>')
    .addHelpText('after', '\nExample:\n  $ cartwright staff revoke grace@example.com support')
    .action(act(async () => (await import('./manage-staff.ts')).revokeRole));

  staff
    .command('disable')
    .description('Keep a member of staff out, at once.')
    .argument('<staff>', WHO)
    .addHelpText('after', '\nExample:\n  $ cartwright staff disable grace@example.com')
    .action(act(async () => (await import('./manage-staff.ts')).disableStaff));

  staff
    .command('enable')
    .description('Let a member of staff in again.')
    .argument('<staff>', WHO)
    .addHelpText('after', '\nExample:\n  $ cartwright staff enable grace@example.com')
    .action(act(async () => (await import('./manage-staff.ts')).enableStaff));

  staff
    .command('reset-second-factors')
    .description('Take all second factors from somebody who has lost them; ends their sessions.')
    .argument('<staff>', WHO)
    .addHelpText('after', '\nExample:\n  $ cartwright staff reset-second-factors grace@example.com')
    .action(act(async () => (await import('./manage-staff.ts')).resetSecondFactors));
}
