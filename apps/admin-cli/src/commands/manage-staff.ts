import type { CartwrightClient, RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { printable } from '../output/printable.ts';
import { minute } from '../output/text.ts';
import { connect } from '../session/connect.ts';
import { findStaffId } from './find-staff.ts';

type Member = RouterOutputs['access']['staffMember'];

/** `staff invite`. */
export async function inviteStaff(
  cli: Cli,
  email: string,
  options: { role: string[]; name?: string },
): Promise<undefined> {
  const { role: roles, name } = options;
  const member = await connect(cli).access.inviteStaff.mutate({ email, roles, ...(name !== undefined && { name }) });
  say(
    cli,
    member,
    `An invitation is on its way to ${member.email}, good until ${minute(member.invitation?.expiresAt)}.`,
  );
}

/** `staff resend`. */
export async function resendInvitation(cli: Cli, who: string): Promise<undefined> {
  const member = await change(cli, who, (client, userId) => client.access.resendInvitation.mutate({ userId }));
  say(cli, member, `Another link is on its way to ${member.email}; the one before is useless.`);
}

/** `staff uninvite`. */
export async function revokeInvitation(cli: Cli, who: string): Promise<undefined> {
  await change(cli, who, (client, userId) => client.access.revokeInvitation.mutate({ userId }));
  cli.out(cli.json ? json({ uninvited: who }) : printable(`${who} is not invited any more.`));
}

/** `staff grant`. */
export async function grantRole(cli: Cli, who: string, roleName: string): Promise<undefined> {
  const member = await change(cli, who, (client, userId) => client.access.grantRole.mutate({ userId, roleName }));
  say(cli, member, `${member.email} has ${member.roles.join(', ')} now.`);
}

/** `staff revoke`. */
export async function revokeRole(cli: Cli, who: string, roleName: string): Promise<undefined> {
  await change(cli, who, (client, userId) => client.access.revokeRole.mutate({ userId, roleName }));
  cli.out(cli.json ? json({ revoked: roleName }) : printable(`${who} does not have ${roleName} any more.`));
}

/** `staff disable`. */
export async function disableStaff(cli: Cli, who: string): Promise<undefined> {
  const member = await change(cli, who, (client, userId) => client.access.disableStaff.mutate({ userId }));
  say(cli, member, `${member.email} is out, and cannot log in.`);
}

/** `staff enable`. */
export async function enableStaff(cli: Cli, who: string): Promise<undefined> {
  const member = await change(cli, who, (client, userId) => client.access.enableStaff.mutate({ userId }));
  say(cli, member, `${member.email} can log in again.`);
}

/** `staff reset-second-factors`. */
export async function resetSecondFactors(cli: Cli, who: string): Promise<undefined> {
  await change(cli, who, (client, userId) => client.secondFactor.resetStaff.mutate({ userId }));
  cli.out(cli.json ? json({ reset: who }) : printable(`${who} has no second factor any more, and is logged out.`));
}

async function change<Answer>(
  cli: Cli,
  who: string,
  mutate: (client: CartwrightClient, userId: string) => Promise<Answer>,
): Promise<Answer> {
  const client = connect(cli);
  return mutate(client, await findStaffId(client, who));
}

function say(cli: Cli, member: Member, line: string): void {
  cli.out(cli.json ? json(member) : printable(line));
}
