import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { connect } from '../session/connect.ts';

/** `logout`: also when nobody was logged in. */
export async function logOut(cli: Cli): Promise<undefined> {
  await connect(cli).logout();
  cli.out(cli.json ? json({}) : `Logged out of ${cli.url}.`);
}
