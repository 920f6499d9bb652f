import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { count } from '../output/text.ts';
import { askToGoOn } from '../session/ask.ts';
import { connect } from '../session/connect.ts';

export interface RotateOptions {
  emergency?: true;
  endSessions?: true;
  yes?: true;
}

/** `keys rotate`: asks before what everybody would notice. */
export async function rotateKeys(cli: Cli, options: RotateOptions): Promise<undefined> {
  const { emergency = false, endSessions = false, yes = false } = options;
  if ((emergency || endSessions) && !yes) {
    await askToGoOn(
      cli,
      endSessions
        ? 'This logs everybody out, yourself too.'
        : 'This makes every access token worthless; clients renew theirs.',
    );
  }
  const done = await connect(cli).auth.rotateSigningKeys.mutate({ emergency, endSessions });
  if (cli.json) return void cli.out(json(done));
  cli.out(`Access tokens are signed with ${done.kid} from now on.`);
  if (emergency) cli.out('Every access token of before is refused within five seconds.');
  if (endSessions) cli.out(`${count(done.sessionsEnded)} sessions have ended: everybody has to log in again.`);
}
