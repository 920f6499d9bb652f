/**
 * What the guide on authentication promises, without a line of what keeps the promises: which sessions, tokens and
 * links must live at an instant, and how each call must be answered. Instants are in seconds.
 */
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ACCESS_LIFE = 5 * MINUTE;
const SESSION_IDLE = 14 * DAY;
const SESSION_ABSOLUTE = 30 * DAY;
const REFRESH_GRACE = 20;
const PROOF_OF_PERSON = 15 * MINUTE;
const LINK_PROOF_LIFE = 5 * MINUTE;
const LINK_LIFE = { verify_email: 48 * HOUR, reset_password: HOUR, change_email: HOUR };

export type LinkKind = keyof typeof LINK_LIFE;

export interface ModelAccount {
  email: string;
  password: string | undefined;
  verified: boolean;
  active: boolean;
}

export interface ModelSession {
  account: ModelAccount;
  startedAt: number;
  rotatedAt: number;
  generation: number;
  provenAt: number;
  /** By somebody, not by the time. */
  ended: boolean;
}

export interface ModelAccess {
  session: ModelSession;
  issuedAt: number;
  provenAt: number;
}

export interface ModelRefresh {
  session: ModelSession;
  generation: number;
}

/** What was mailed to an account. */
export interface ModelLink {
  account: ModelAccount;
  kind: LinkKind;
  expiresAt: number;
  gone: boolean;
  /** The address that a change of address is to. */
  to: string;
}

/** That whoever has a session has an identity at a provider. */
export interface ModelLinkProof {
  session: ModelSession;
  subject: string;
  expiresAt: number;
  spent: boolean;
}

/** An answer: `ok`, or the code of the refusal; and what it hands out. */
export interface Outcome {
  code: string;
  session?: ModelSession;
  /** A mail with this link must be sent. */
  link?: ModelLink;
  proof?: ModelLinkProof;
}

const OK: Outcome = { code: 'ok' };
const refused = (code: string): Outcome => ({ code });

export class IdentityModel {
  now: number;
  readonly accounts: ModelAccount[] = [];
  readonly sessions: ModelSession[] = [];
  readonly #links: ModelLink[] = [];
  readonly #identities = new Map<string, ModelAccount>();

  constructor(now: number) {
    this.now = now;
  }

  sessionLives({ account, ended, startedAt, rotatedAt }: ModelSession): boolean {
    const expired = this.now >= startedAt + SESSION_ABSOLUTE || this.now >= rotatedAt + SESSION_IDLE;
    return account.active && !ended && !expired;
  }

  /** The last one of a living session. */
  isCurrent({ session, generation }: ModelRefresh): boolean {
    return generation === session.generation && this.sessionLives(session);
  }

  accessLives({ session, issuedAt }: ModelAccess): boolean {
    return this.now < issuedAt + ACCESS_LIFE && this.sessionLives(session);
  }

  /** No time brings it back. */
  accessExpired({ issuedAt }: ModelAccess): boolean {
    return this.now >= issuedAt + ACCESS_LIFE;
  }

  linkLives({ account, gone, expiresAt }: ModelLink): boolean {
    return !gone && account.active && this.now < expiresAt;
  }

  /** When the refresh token before the last one ends its session instead of being answered. */
  graceEnds({ rotatedAt }: ModelSession): number {
    return rotatedAt + REFRESH_GRACE;
  }

  /** The instants ahead at which something of a living session or a link ends. */
  ends(): number[] {
    const ofSessions = this.sessions
      .filter((session) => this.sessionLives(session))
      .flatMap(({ rotatedAt, startedAt, provenAt }) => [
        rotatedAt + REFRESH_GRACE,
        rotatedAt + ACCESS_LIFE,
        rotatedAt + SESSION_IDLE,
        startedAt + SESSION_ABSOLUTE,
        provenAt + PROOF_OF_PERSON + 1,
      ]);
    const ofLinks = this.#links.filter((link) => this.linkLives(link)).map(({ expiresAt }) => expiresAt);
    return [...ofSessions, ...ofLinks].filter((end) => end > this.now);
  }

  isLinked(subject: string): boolean {
    return this.#identities.has(subject);
  }

  register(email: string, password: string): Outcome {
    if (this.#accountOf(email)) return OK;
    const account = { email, password, verified: false, active: true };
    this.accounts.push(account);
    return { code: 'ok', link: this.#newLink(account, 'verify_email') };
  }

  logIn(email: string, password: string): Outcome {
    const account = this.#accountOf(email);
    if (!account?.active || account.password !== password) return refused('credentials_invalid');
    return { code: 'ok', session: this.#open(account) };
  }

  refresh({ session, generation }: ModelRefresh): Outcome {
    if (!this.sessionLives(session)) return refused('refresh_token_invalid');
    if (generation === session.generation) {
      session.generation += 1;
      session.rotatedAt = this.now;
      return { code: 'ok', session };
    }
    const isLast = generation === session.generation - 1;
    if (isLast && this.now < this.graceEnds(session)) return { code: 'ok', session };
    session.ended = true;
    return refused('refresh_token_reused');
  }

  logOut(access: ModelAccess | undefined, refresh: ModelRefresh | undefined): Outcome {
    if (access && this.accessLives(access)) access.session.ended = true;
    if (refresh) refresh.session.ended = true;
    return OK;
  }

  /** A session that ended by itself may be taken off the list as well. */
  revoke(access: ModelAccess | undefined, target: ModelSession): Outcome {
    const own = this.#caller(access);
    if (!own) return refused('unauthenticated');
    if (target.account !== own.account || target.ended) return refused('not_found');
    target.ended = true;
    return OK;
  }

  endSessions(access: ModelAccess | undefined, which: 'others' | 'all'): Outcome {
    const own = this.#caller(access);
    if (!own) return refused('unauthenticated');
    this.#endSessions(own.account, which === 'others' ? own : undefined);
    return OK;
  }

  stepUp(access: ModelAccess | undefined, password: string): Outcome {
    const session = this.#caller(access);
    if (!session) return refused('unauthenticated');
    if (session.account.password !== password) return refused('credentials_invalid');
    session.provenAt = this.now;
    return { code: 'ok', session };
  }

  requestVerification(email: string): Outcome {
    const account = this.#accountOf(email);
    if (!account?.active || account.verified) return OK;
    return { code: 'ok', link: this.#newLink(account, 'verify_email') };
  }

  requestReset(email: string): Outcome {
    const account = this.#accountOf(email);
    return account?.active ? { code: 'ok', link: this.#newLink(account, 'reset_password') } : OK;
  }

  verifyEmail(link: ModelLink): Outcome {
    if (!this.#opens(link, 'verify_email')) return refused('one_time_token_invalid');
    link.gone = true;
    link.account.verified = true;
    return OK;
  }

  resetPassword(link: ModelLink, password: string): Outcome {
    if (!this.#opens(link, 'reset_password')) return refused('one_time_token_invalid');
    const { account } = link;
    account.verified = true;
    account.password = password;
    this.#withdrawLinks(account);
    this.#endSessions(account);
    return OK;
  }

  changePassword(access: ModelAccess | undefined, current: string | undefined, password: string): Outcome {
    const session = this.#caller(access);
    if (!session) return refused('unauthenticated');
    const { account } = session;
    if (current === undefined && !this.#provenLately(access)) return refused('step_up_required');
    if (current !== undefined && current !== account.password) return refused('current_password_wrong');
    account.password = password;
    this.#withdrawLinks(account);
    this.#endSessions(account, session);
    return OK;
  }

  /** The owner of an address that is taken gets no link, but the one before is replaced all the same. */
  changeEmail(access: ModelAccess | undefined, to: string): Outcome {
    const session = this.#caller(access);
    if (!session) return refused('unauthenticated');
    if (!this.#provenLately(access)) return refused('step_up_required');
    const link = this.#newLink(session.account, 'change_email', to);
    return this.#accountOf(to) ? OK : { code: 'ok', link };
  }

  confirmEmail(link: ModelLink): Outcome {
    if (!this.#opens(link, 'change_email')) return refused('one_time_token_invalid');
    const { account, to } = link;
    const holder = this.#accountOf(to);
    if (holder && holder !== account) return refused('email_taken');
    account.email = to;
    account.verified = true;
    this.#withdrawLinks(account);
    return OK;
  }

  proveIdentity(access: ModelAccess | undefined, subject: string): Outcome {
    const session = this.#caller(access);
    if (!session) return refused('unauthenticated');
    if (!this.#provenLately(access)) return refused('step_up_required');
    if (!session.account.verified) return refused('link_needs_verified_email');
    const proof = { session, subject, expiresAt: this.now + LINK_PROOF_LIFE, spent: false };
    return { code: 'ok', proof };
  }

  linkIdentity(access: ModelAccess | undefined, proof: ModelLinkProof): Outcome {
    const session = this.#caller(access);
    if (!session) return refused('unauthenticated');
    if (proof.session !== session || proof.spent || this.now >= proof.expiresAt) return refused('link_ticket_invalid');
    proof.spent = true;
    const owner = this.#identities.get(proof.subject) ?? session.account;
    if (owner !== session.account) return refused('identity_taken');
    this.#identities.set(proof.subject, owner);
    return OK;
  }

  /** The provider vouches for the address; the first time makes an account without a password. */
  signInWithIdentity(subject: string, email: string): Outcome {
    let account = this.#identities.get(subject);
    if (!account) {
      if (this.#accountOf(email)) return refused('account_exists');
      account = { email, password: undefined, verified: true, active: true };
      this.accounts.push(account);
      this.#identities.set(subject, account);
    }
    return account.active ? { code: 'ok', session: this.#open(account) } : refused('account_disabled');
  }

  setActive(account: ModelAccount, active: boolean): Outcome {
    account.active = active;
    if (!active) this.#endSessions(account);
    return OK;
  }

  #accountOf(email: string): ModelAccount | undefined {
    return this.accounts.find((account) => account.email === email);
  }

  #caller(access: ModelAccess | undefined): ModelSession | undefined {
    return access && this.accessLives(access) ? access.session : undefined;
  }

  #provenLately(access: ModelAccess | undefined): boolean {
    return access !== undefined && this.now <= access.provenAt + PROOF_OF_PERSON;
  }

  #opens(link: ModelLink, kind: LinkKind): boolean {
    return link.kind === kind && this.linkLives(link);
  }

  #open(account: ModelAccount): ModelSession {
    const { now } = this;
    const session = { account, startedAt: now, rotatedAt: now, generation: 1, provenAt: now, ended: false };
    this.sessions.push(session);
    return session;
  }

  /** In place of the last one of its kind. */
  #newLink(account: ModelAccount, kind: LinkKind, to = account.email): ModelLink {
    for (const link of this.#links) if (link.account === account && link.kind === kind) link.gone = true;
    const link = { account, kind, expiresAt: this.now + LINK_LIFE[kind], gone: false, to };
    this.#links.push(link);
    return link;
  }

  #withdrawLinks(account: ModelAccount): void {
    for (const link of this.#links) if (link.account === account) link.gone = true;
  }

  #endSessions(account: ModelAccount, except?: ModelSession): void {
    for (const session of this.sessions) if (session.account === account && session !== except) session.ended = true;
  }
}
