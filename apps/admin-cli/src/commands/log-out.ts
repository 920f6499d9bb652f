import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { assertNoApiKey, connect } from '../session/connect.ts';

/** `logout`: also when nobody was logged in. */
export async function logOut(cli: Cli): Promise<undefined> {
  assertNoApiKey(cli);
  await connect(cli).logout();
  cli.out(cli.json ? json({}) : `Logged out of ${cli.url}.`);
}
