import fc from 'fast-check';
import type { LinkKind, ModelAccess } from './model.ts';
import type { Issued, Shopper } from './shopper.ts';

/** What the numbers of a command choose among. */
export interface Cast {
  emails: readonly string[];
  passwords: readonly string[];
  /** Identities at the provider, each with the address that it vouches for. */
  identities: readonly { subject: string; email: string }[];
}

type Numbers = readonly [number, number, number];
type Run = (shopper: Shopper, cast: Cast, numbers: Numbers) => Promise<void> | undefined;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Mostly around what ends soon, and at least the five seconds after which every process knows. */
const PAUSES = [
  5,
  5,
  15,
  15,
  20,
  20,
  60,
  240,
  299,
  300,
  901,
  901,
  901,
  901,
  HOUR - 1,
  HOUR,
  48 * HOUR,
  10 * DAY,
  14 * DAY,
];

const pick = <T>(from: readonly T[], number: number): T | undefined => from[number % Math.max(1, from.length)];

/** Four times of five one that matters, if there is any. */
function pickMostly<T>(from: readonly T[], number: number, matters: (each: T) => boolean): T | undefined {
  const good = number % 5 === 1 ? [] : from.filter(matters);
  return pick(good.length > 0 ? good : from, Math.floor(number / 5));
}

const emailOf = ({ emails }: Cast, number: number) => pick(emails, number) ?? '';
const passwordOf = ({ passwords }: Cast, number: number) => pick(passwords, number) ?? '';

/** An access token, mostly one that lives. Where none does, a session may be renewed for one, as clients do. */
async function accessOf(shopper: Shopper, number: number): Promise<Issued<ModelAccess> | undefined> {
  const { access, model } = shopper;
  const lives = ({ is }: Issued<ModelAccess>) => model.accessLives(is);
  if (number % 3 > 0 && !access.some(lives)) {
    const current = shopper.refreshes.findLast(({ is }) => model.isCurrent(is));
    if (current) await shopper.refresh(current);
  }
  return pickMostly(access, number, lives);
}

/** The address of an account, or any. */
function knownEmail({ model }: Shopper, cast: Cast, number: number): string {
  const known = model.accounts.map(({ email }) => email);
  return pickMostly(cast.emails, number, (email) => known.includes(email)) ?? '';
}

/** The password of the account, or any. */
function itsPassword({ model }: Shopper, cast: Cast, number: number, email: string | undefined): string {
  const right = model.accounts.find((account) => account.email === email)?.password;
  return pickMostly(cast.passwords, number, (password) => password === right) ?? '';
}

const ownEmail = (access: Issued<ModelAccess> | undefined) => access?.is.session.account.email;

const forgot: Run = (shopper, cast, [a]) => shopper.requestReset(knownEmail(shopper, cast, a));
const changeEmail: Run = async (shopper, cast, [a, b]) =>
  shopper.changeEmail(await accessOf(shopper, a), emailOf(cast, b));
const beginLink: Run = (shopper, { identities }, [a, b]) => {
  const { access, model } = shopper;
  const verified = pickMostly(access, a, ({ is }) => is.session.account.verified && model.accessLives(is));
  const identity = pickMostly(identities, b, ({ subject }) => b % 2 > 0 && model.isLinked(subject));
  return identity && shopper.proveIdentity(verified, identity.subject, identity.email);
};

/** Uses a link; where none is left, asks for one first, half of the time. */
function useLink(kind: LinkKind, ask?: Run): Run {
  return async (shopper, cast, numbers) => {
    const [a, b, c] = numbers;
    const { links, model } = shopper;
    const isGood = ({ is }: (typeof links)[number]) => is.kind === kind && model.linkLives(is);
    if (ask && c % 2 === 0 && !links.some(isGood)) await ask(shopper, cast, numbers);
    const link = pickMostly(links, a, isGood);
    if (link) await shopper.useLink(link, kind, passwordOf(cast, b));
  };
}

/** Keeps a session in use for thirty days, or a second less. */
async function growOld(shopper: Shopper, number: number): Promise<void> {
  for (const seconds of [10 * DAY, 10 * DAY, 10 * DAY - (number % 2)]) {
    shopper.advance(seconds);
    const current = shopper.refreshes.find(({ is }) => is.generation === is.session.generation && !is.session.ended);
    if (current) await shopper.refresh(current);
  }
}

const runs = {
  // The address that somebody is about to move to is the interesting one.
  register: (shopper, cast, [a, b]) => {
    const { links, model } = shopper;
    const isPromised = (email: string) =>
      links.some(({ is }) => is.kind === 'change_email' && is.to === email && model.linkLives(is));
    return shopper.register(pickMostly(cast.emails, a, isPromised) ?? '', passwordOf(cast, b));
  },
  logIn: (shopper, cast, [a, b]) => {
    const email = knownEmail(shopper, cast, a);
    return shopper.logIn(email, itsPassword(shopper, cast, b, email));
  },
  refresh: (shopper, _cast, [a]) => {
    const current = shopper.refreshes.filter(({ is }) => is.generation === is.session.generation);
    const token = pickMostly(current, a, ({ is }) => shopper.model.isCurrent(is));
    return token && shopper.refresh(token);
  },
  replay: async (shopper, _cast, [a, b]) => {
    const { refreshes, model } = shopper;
    const spent = refreshes.filter(({ is }) => is.generation < is.session.generation);
    const token = pickMostly(spent, a, ({ is }) => model.sessionLives(is.session));
    if (token === undefined) return;
    const toEnd = model.graceEnds(token.is.session) - model.now - (b % 2);
    if (b % 3 > 0 && toEnd >= 5) shopper.advance(toEnd);
    await shopper.refresh(token);
  },
  logOut: async (shopper, _cast, [a, b]) =>
    shopper.logOut(
      a % 3 === 0 ? undefined : await accessOf(shopper, a),
      b % 2 === 0 ? undefined : pick(shopper.refreshes, b),
    ),
  revoke: async (shopper, _cast, [a, b]) => {
    const access = await accessOf(shopper, a);
    const target = pick(shopper.model.sessions, b);
    if (target) await shopper.revoke(access, target);
  },
  revokeOthers: async (shopper, _cast, [a]) => shopper.endSessions(await accessOf(shopper, a), 'others'),
  logOutEverywhere: async (shopper, _cast, [a]) => shopper.endSessions(await accessOf(shopper, a), 'all'),
  stepUp: async (shopper, cast, [a, b]) => {
    const access = await accessOf(shopper, a);
    return shopper.stepUp(access, itsPassword(shopper, cast, b, ownEmail(access)));
  },
  resend: (shopper, cast, [a]) => shopper.requestVerification(knownEmail(shopper, cast, a)),
  verify: useLink('verify_email'),
  forgot,
  reset: useLink('reset_password', forgot),
  changePassword: async (shopper, cast, [a, b, c]) => {
    const access = await accessOf(shopper, a);
    const current = c % 2 === 0 ? undefined : itsPassword(shopper, cast, b, ownEmail(access));
    return shopper.changePassword(access, current, passwordOf(cast, Math.floor(c / 2)));
  },
  changeEmail,
  confirmEmail: useLink('change_email', changeEmail),
  beginLink,
  link: async (shopper, cast, numbers) => {
    const [a, b] = numbers;
    const { proofs, access, model } = shopper;
    if (proofs.every(({ is }) => is.spent)) await beginLink(shopper, cast, numbers);
    const proof = pickMostly(proofs, b, ({ is }) => !is.spent);
    const isOther = a % 3 === 1;
    const own = pickMostly(
      access,
      a,
      ({ is }) => (is.session === proof?.is.session) !== isOther && model.accessLives(is),
    );
    if (proof) await shopper.linkIdentity(own, proof);
  },
  signInWithIdentity: (shopper, { identities }, [a]) => {
    const identity = pick(identities, a);
    return identity && shopper.signInWithIdentity(identity.subject, identity.email);
  },
  disable: (shopper, _cast, [a]) => {
    const account = pick(shopper.model.accounts, a);
    return account && shopper.setActive(account, false);
  },
  enable: (shopper, _cast, [a]) => {
    const account = pickMostly(shopper.model.accounts, a, ({ active }) => !active);
    return account && shopper.setActive(account, true);
  },
  advance: async (shopper, _cast, [a, b]) => {
    if (a % 12 === 5) return growOld(shopper, b);
    // To the end of something, or to the last second before it.
    const { model } = shopper;
    const toEnd = (pick(model.ends(), Math.floor(b / 2)) ?? 0) - model.now - (b % 2);
    shopper.advance(a % 2 === 0 && toEnd >= 5 ? toEnd : (pick(PAUSES, Math.floor(a / 2)) ?? 0));
  },
} satisfies Record<string, Run>;

type Name = keyof typeof runs;

export interface Command {
  name: Name;
  numbers: Numbers;
}

const WEIGHTS: Record<Name, number> = {
  register: 5,
  logIn: 8,
  refresh: 10,
  replay: 7,
  logOut: 2,
  revoke: 3,
  revokeOthers: 2,
  logOutEverywhere: 2,
  stepUp: 3,
  resend: 2,
  verify: 4,
  forgot: 5,
  reset: 5,
  changePassword: 5,
  changeEmail: 4,
  confirmEmail: 5,
  beginLink: 5,
  link: 9,
  signInWithIdentity: 7,
  disable: 2,
  enable: 2,
  advance: 12,
};
export const commandNames = Object.keys(WEIGHTS) as Name[];

const number = fc.nat({ max: 999 });

const command: fc.Arbitrary<Command> = fc.record({
  name: fc.oneof(...commandNames.map((name) => ({ arbitrary: fc.constant(name), weight: WEIGHTS[name] }))),
  numbers: fc.tuple(number, number, number),
});

/** What happens to somebody who has just registered and logged in, and perhaps confirmed their address. */
export interface Story {
  verified: boolean;
  commands: Command[];
}

export const stories: fc.Arbitrary<Story> = fc.record({
  verified: fc.boolean(),
  commands: fc.array(command, { minLength: 3, maxLength: 10, size: 'max' }),
});

/** Does one thing, and looks at every access token: after a pause, which all processes know, in another process. */
export async function runCommand(shopper: Shopper, cast: Cast, { name, numbers }: Command): Promise<void> {
  await runs[name](shopper, cast, numbers);
  await (name === 'advance' ? shopper.compareAccessElsewhere() : shopper.compareAccess());
}
