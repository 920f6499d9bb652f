import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { pairs } from '../output/table.ts';
import { connect } from '../session/connect.ts';

/** `whoami`: the account, its roles and the store. */
export async function whoAmI(cli: Cli): Promise<undefined> {
  const user = await connect(cli).auth.me.query();
  if (cli.json) return void cli.out(json(user));
  cli.out(
    pairs([
      ['Email', user.email],
      ['Name', user.name ?? ''],
      ['Roles', user.roles.join(', ')],
      ['Store', cli.url],
    ]),
  );
}
