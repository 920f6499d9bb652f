import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cast, commandNames, runCommand, type Story, stories } from './commands.ts';
import { Shopper } from './shopper.ts';
import { type ModelStore, openModelStore } from './store.ts';

/** Of all stories, half in each of two test files, since those run at the same time. */
const HALF = Math.ceil(Number(process.env['CARTWRIGHT_STORIES'] || 2_000) / 2);
/** Each must have happened this often in 1,000 stories: a model that nothing disagrees with could be one of nothing. */
const MANY = 25;
const SOME = 1;

const REFUSALS = [
  'logIn:credentials_invalid',
  'refresh:refresh_token_invalid',
  'replay:refresh_token_invalid',
  'replay:refresh_token_reused',
  'revoke:unauthenticated',
  'revoke:not_found',
  'revokeOthers:unauthenticated',
  'logOutEverywhere:unauthenticated',
  'stepUp:unauthenticated',
  'stepUp:credentials_invalid',
  'verify:one_time_token_invalid',
  'reset:one_time_token_invalid',
  'changePassword:unauthenticated',
  'changePassword:step_up_required',
  'changePassword:current_password_wrong',
  'changeEmail:unauthenticated',
  'changeEmail:step_up_required',
  'confirmEmail:one_time_token_invalid',
  'confirmEmail:email_taken',
  'beginLink:unauthenticated',
  'beginLink:step_up_required',
  'beginLink:link_needs_verified_email',
  'link:unauthenticated',
  'link:link_ticket_invalid',
  'link:identity_taken',
  'signInWithIdentity:account_exists',
  'signInWithIdentity:account_disabled',
];

/**
 * Random stories at a store and in the model of it, and everything that was ever handed out presented at the end of
 * each. What fails is made as short as can be, and its seed repeats it as CARTWRIGHT_SEED; CARTWRIGHT_STORIES sets how
 * many there are.
 */
export function testIdentity(part: number): void {
  let store: ModelStore;
  beforeAll(async () => {
    store = await openModelStore();
  });
  afterAll(() => store.dispose());

  test(
    'exactly the tokens and links live that must live',
    async () => {
      const tally = new Map<string, number>();
      const seed = Number(process.env['CARTWRIGHT_SEED'] || fc.sample(fc.nat(), 1)[0]) + part;
      const property = fc.asyncProperty(stories, (story) => tell(new Shopper(store, tally), story));
      await fc.assert(property, { numRuns: HALF, seed });

      if (HALF < 1_000) return;
      const seen = (key: string) => ((tally.get(key) ?? 0) * 1_000) / HALF;
      const rare = commandNames.filter((name) => seen(`${name}:ok`) < MANY).map((name) => `${name}:ok`);
      expect([...rare, ...REFUSALS.filter((key) => seen(key) < SOME)]).toEqual([]);
      expect([...tally.keys()].filter((key) => !key.endsWith(':ok') && !REFUSALS.includes(key))).toEqual([]);
    },
    60_000 + HALF * 300,
  );
}

async function tell(shopper: Shopper, { verified, commands }: Story): Promise<void> {
  const cast = newCast();
  const [email = ''] = cast.emails;
  const [password = ''] = cast.passwords;
  await shopper.register(email, password);
  await shopper.logIn(email, password);
  const [link] = shopper.links;
  if (verified && link) await shopper.useLink(link, 'verify_email', password);
  for (const command of commands) await runCommand(shopper, cast, command);
  await presentEverything(shopper, cast);
}

let casts = 0;

/** People of their own, so that no story meets what another one left. */
function newCast(): Cast {
  casts += 1;
  const emails = ['ada', 'bob', 'cleo', 'dan'].map((name) => `${name}-${casts}@example.com`);
  const [ada = '', bob = '', , dan = ''] = emails;
  const identities = [dan, ada, bob].map((email) => ({ subject: `subject-of-${email}`, email }));
  const passwords = ['one', 'two', 'three'].map((word) => `a-passphrase-numbered-${word}`);
  return { emails, passwords, identities };
}

/** Newest first: an old refresh token ends its session, and would hide whether the newest one lives. */
async function presentEverything(shopper: Shopper, { passwords, identities }: Cast): Promise<void> {
  const [first] = shopper.model.accounts;
  await shopper.compareSessions();
  for (const token of shopper.refreshes.toReversed()) await shopper.refresh(token);
  await shopper.compareAccess();
  for (const link of shopper.links) await shopper.useLink(link, link.is.kind, passwords[0] ?? '');
  for (const password of [first?.password, passwords[shopper.links.length % passwords.length]]) {
    if (first && password !== undefined) await shopper.logIn(first.email, password);
  }
  const proven = new Set(shopper.proofs.map(({ is }) => is.subject));
  for (const { subject, email } of identities) {
    if (proven.has(subject)) await shopper.signInWithIdentity(subject, email);
  }
  shopper.advance(5);
  await shopper.compareAccessElsewhere();
}
