import { isDeepStrictEqual } from 'node:util';
import { sha256Hex } from '../../kit/ids.ts';
import { call, codeOf, guest } from '../people.ts';
import {
  IdentityModel,
  type LinkKind,
  type ModelAccess,
  type ModelAccount,
  type ModelLink,
  type ModelLinkProof,
  type ModelRefresh,
  type ModelSession,
  type Outcome,
} from './model.ts';
import { ctxWith, type ModelStore, proveIdentity, signInAtProvider } from './store.ts';

/** A secret that the store handed out, and what the model knows of it. */
export interface Issued<T> {
  text: string;
  is: T;
}

interface Tokens {
  accessToken: string | null;
  refreshToken?: string | null;
}

type Api = Parameters<Parameters<typeof call>[1]>[0];

/**
 * Does everything twice, at the store and in the model, and throws where the two part. Keeps every secret that was
 * ever handed out, the dead ones too.
 */
export class Shopper {
  readonly #store: ModelStore;
  /** `<command>:<code>` of all that was done, by the answer. */
  readonly #tally: Map<string, number>;
  readonly #steps: string[] = [];
  readonly #ids = new Map<ModelAccount, string>();
  readonly #publicIds = new Map<ModelSession, string>();
  /** Access tokens that were refused after their time, by process: nothing brings them back. */
  readonly #seenExpired = new Set<string>();
  readonly model: IdentityModel;
  readonly access: Issued<ModelAccess>[] = [];
  readonly refreshes: Issued<ModelRefresh>[] = [];
  readonly links: Issued<ModelLink>[] = [];
  readonly proofs: Issued<ModelLinkProof>[] = [];

  constructor(store: ModelStore, tally: Map<string, number>) {
    this.#store = store;
    this.#tally = tally;
    this.model = new IdentityModel(this.#now());
  }

  advance(seconds: number): void {
    this.#steps.push(`advance ${seconds}`);
    this.#count('advance:ok');
    this.#store.runtime.clock.advance(seconds);
    this.model.now = this.#now();
  }

  register(email: string, password: string): Promise<void> {
    const expected = this.model.register(email, password);
    return this.#mailed(`register ${email} ${password}`, expected, (api) => api.auth.register({ email, password }));
  }

  async logIn(email: string, password: string): Promise<void> {
    const expected = this.model.logIn(email, password);
    const login = () => call(guest(this.#store.runtime), (api) => api.auth.login({ email, password }));
    await this.#opened(`logIn ${email} ${password}`, expected, login);
  }

  async refresh(token: Issued<ModelRefresh>): Promise<void> {
    const { session } = token.is;
    const replay = token.is.generation < session.generation;
    const expected = this.model.refresh(token.is);
    const command = `${replay ? 'replay' : 'refresh'} ${this.#named(this.refreshes, token)}`;
    const { text: refreshToken } = token;
    const renew = () => call(guest(this.#store.runtime), (api) => api.auth.refresh({ refreshToken }));
    await this.#issued(command, expected, renew);
  }

  async logOut(access: Issued<ModelAccess> | undefined, refresh: Issued<ModelRefresh> | undefined): Promise<void> {
    const expected = this.model.logOut(access?.is, refresh?.is);
    const input = refresh && { refreshToken: refresh.text };
    const command = `logOut ${this.#named(this.access, access)} ${this.#named(this.refreshes, refresh)}`;
    await this.#as(access, command, expected, (api) => api.auth.logout(input));
  }

  async revoke(access: Issued<ModelAccess> | undefined, target: ModelSession): Promise<void> {
    const expected = this.model.revoke(access?.is, target);
    const sessionId = this.#publicIds.get(target) ?? '';
    const command = `revoke ${this.#named(this.access, access)} session ${this.model.sessions.indexOf(target)}`;
    await this.#as(access, command, expected, (api) => api.auth.revokeSession({ sessionId }));
  }

  async endSessions(access: Issued<ModelAccess> | undefined, which: 'others' | 'all'): Promise<void> {
    const expected = this.model.endSessions(access?.is, which);
    const command = `${which === 'all' ? 'logOutEverywhere' : 'revokeOthers'} ${this.#named(this.access, access)}`;
    await this.#as(access, command, expected, (api) =>
      which === 'all' ? api.auth.logoutEverywhere() : api.auth.revokeOtherSessions(),
    );
  }

  async stepUp(access: Issued<ModelAccess> | undefined, password: string): Promise<void> {
    const expected = this.model.stepUp(access?.is, password);
    const ctx = await ctxWith(this.#store.runtime, access?.text);
    const prove = () => call(ctx, (api) => api.secondFactor.stepUp({ password }));
    await this.#issued(`stepUp ${this.#named(this.access, access)} ${password}`, expected, prove);
  }

  requestVerification(email: string): Promise<void> {
    const expected = this.model.requestVerification(email);
    return this.#mailed(`resend ${email}`, expected, (api) => api.account.resendVerification({ email }));
  }

  requestReset(email: string): Promise<void> {
    const expected = this.model.requestReset(email);
    return this.#mailed(`forgot ${email}`, expected, (api) => api.account.forgotPassword({ email }));
  }

  /** Uses a link for what it is for, or for something else. */
  async useLink(link: Issued<ModelLink>, as: LinkKind, password: string): Promise<void> {
    const { text: token, is } = link;
    const name = this.#named(this.links, link);
    if (as === 'verify_email') {
      const expected = this.model.verifyEmail(is);
      await this.#as(undefined, `verify ${name}`, expected, (api) => api.account.verifyEmail({ token }));
    } else if (as === 'change_email') {
      const expected = this.model.confirmEmail(is);
      await this.#as(undefined, `confirmEmail ${name}`, expected, (api) => api.account.confirmEmailChange({ token }));
    } else {
      const expected = this.model.resetPassword(is, password);
      const reset = (api: Api) => api.account.resetPassword({ token, password });
      await this.#as(undefined, `reset ${name} ${password}`, expected, reset);
    }
  }

  async changePassword(
    access: Issued<ModelAccess> | undefined,
    currentPassword: string | undefined,
    newPassword: string,
  ): Promise<void> {
    const expected = this.model.changePassword(access?.is, currentPassword, newPassword);
    const command = `changePassword ${this.#named(this.access, access)} ${currentPassword ?? '-'} ${newPassword}`;
    const input = { newPassword, ...(currentPassword !== undefined && { currentPassword }) };
    await this.#as(access, command, expected, (api) => api.account.changePassword(input));
  }

  async changeEmail(access: Issued<ModelAccess> | undefined, email: string): Promise<void> {
    const expected = this.model.changeEmail(access?.is, email);
    const command = `changeEmail ${this.#named(this.access, access)} ${email}`;
    await this.#mailed(command, expected, (api) => api.account.changeEmail({ email }), access);
  }

  async proveIdentity(access: Issued<ModelAccess> | undefined, subject: string, email: string): Promise<void> {
    const expected = this.model.proveIdentity(access?.is, subject);
    const command = `beginLink ${this.#named(this.access, access)} ${subject}`;
    const ctx = await ctxWith(this.#store.runtime, access?.text);
    const text = await this.#same(command, expected, () => proveIdentity(ctx, `${subject} ${email}`));
    if (text !== undefined && expected.proof) this.proofs.push({ text, is: expected.proof });
  }

  async linkIdentity(access: Issued<ModelAccess> | undefined, proof: Issued<ModelLinkProof>): Promise<void> {
    const expected = this.model.linkIdentity(access?.is, proof.is);
    const command = `link ${this.#named(this.access, access)} ${this.#named(this.proofs, proof)}`;
    await this.#as(access, command, expected, (api) => api.social.link({ linkProof: proof.text }));
  }

  async signInWithIdentity(subject: string, email: string): Promise<void> {
    const expected = this.model.signInWithIdentity(subject, email);
    const signIn = () => signInAtProvider(guest(this.#store.runtime), `${subject} ${email}`);
    await this.#opened(`signInWithIdentity ${subject} ${email}`, expected, signIn);
  }

  /** By staff; only of somebody whose id is known, since they have logged in. */
  async setActive(account: ModelAccount, active: boolean): Promise<void> {
    const customerId = this.#ids.get(account);
    if (customerId === undefined) return;
    const expected = this.model.setActive(account, active);
    const command = `${active ? 'enable' : 'disable'} ${account.email}`;
    const ctx = this.#store.asAdministrator();
    await this.#same(command, expected, () =>
      call(ctx, (api) => (active ? api.customer.enable({ customerId }) : api.customer.disable({ customerId }))),
    );
  }

  /** Every access token that can live at all, in this process, which knows at once what it has done itself. */
  compareAccess(): Promise<void> {
    return this.#compareAccess('this process', this.#store.runtime.accessTokens);
  }

  /** The same in another process, which may be five seconds behind: call it no sooner after the last change. */
  compareAccessElsewhere(): Promise<void> {
    return this.#compareAccess('another process', this.#store.other);
  }

  /** The list of sessions of every account that is logged in. */
  async compareSessions(): Promise<void> {
    for (const account of this.model.accounts) {
      const access = this.access.find(({ is }) => is.session.account === account && this.model.accessLives(is));
      if (access === undefined) continue;
      const ctx = await ctxWith(this.#store.runtime, access.text);
      const { items } = await call(ctx, (api) => api.auth.sessions());
      const living = this.model.sessions.filter(
        (session) => session.account === account && this.model.sessionLives(session),
      );
      const expected = living.map((session) => this.#publicIds.get(session));
      this.#assertSame('sessions', items.map(({ id }) => id).sort(), expected.sort());
    }
  }

  async #compareAccess(where: string, tokens: ModelStore['other']): Promise<void> {
    for (const token of this.access) {
      const { is, text } = token;
      if (this.model.accessExpired(is) && this.#seenExpired.has(`${where} ${text}`)) continue;
      const actor = await tokens.verify(text);
      if (this.model.accessExpired(is)) this.#seenExpired.add(`${where} ${text}`);
      const lives = actor?.kind === 'customer' && actor.userId === this.#ids.get(is.session.account);
      const name = `access token ${this.#named(this.access, token)} in ${where}`;
      this.#assertSame(name, lives ? 'lives' : 'is dead', this.model.accessLives(is) ? 'lives' : 'is dead');
    }
  }

  async #as(
    access: Issued<ModelAccess> | undefined,
    command: string,
    expected: Outcome,
    procedure: (api: Api) => Promise<unknown>,
  ): Promise<void> {
    const ctx = await ctxWith(this.#store.runtime, access?.text);
    await this.#same(command, expected, () => call(ctx, procedure));
  }

  /** A call after which a link must be mailed, or must not be. */
  async #mailed(
    command: string,
    expected: Outcome,
    procedure: (api: Api) => Promise<unknown>,
    access?: Issued<ModelAccess>,
  ): Promise<void> {
    await this.#as(access, command, expected, procedure);
    const sent = await this.#store.takeLinks();
    const { link } = expected;
    this.#assertSame(
      `links mailed by ${command}`,
      sent.map(({ to }) => to),
      link ? [link.to] : [],
    );
    for (const { token } of sent) if (link) this.links.push({ text: token, is: link });
  }

  /** A call that opens a session. */
  async #opened(
    command: string,
    expected: Outcome,
    doIt: () => Promise<Tokens & { user: { id: string } }>,
  ): Promise<void> {
    const answer = await this.#issued(command, expected, doIt);
    const { session } = expected;
    if (!answer || !session) return;
    const known = this.#ids.get(session.account);
    if (known !== undefined) this.#assertSame(`account of ${command}`, answer.user.id, known);
    this.#ids.set(session.account, answer.user.id);
    this.#publicIds.set(session, sha256Hex(answer.refreshToken?.split('.')[0] ?? ''));
  }

  /** A call that hands out tokens: those of the generation that the session is in now. */
  async #issued<T extends Tokens>(command: string, expected: Outcome, doIt: () => Promise<T>): Promise<T | undefined> {
    const answer = await this.#same(command, expected, doIt);
    const { session } = expected;
    if (answer === undefined || session === undefined) return undefined;
    const { now: issuedAt } = this.model;
    this.access.push({ text: answer.accessToken ?? '', is: { session, issuedAt, provenAt: session.provenAt } });
    const text = answer.refreshToken;
    if (text == null) return answer;
    const { generation } = session;
    const known = this.refreshes.find(({ is }) => is.session === session && is.generation === generation);
    if (known) this.#assertSame(`refresh token of ${command}`, text, known.text);
    else {
      this.#assertSame(
        `new refresh token of ${command}`,
        this.refreshes.some((each) => each.text === text),
        false,
      );
      this.refreshes.push({ text, is: { session, generation } });
    }
    return answer;
  }

  async #same<T>(command: string, { code: expected }: Outcome, doIt: () => Promise<T>): Promise<T | undefined> {
    this.#steps.push(`${command} (${expected})`);
    let answer: T | undefined;
    const code = await codeOf(
      doIt().then((value) => {
        answer = value;
      }),
    );
    this.#assertSame(command, code, expected);
    this.#count(`${command.split(' ')[0]}:${code}`);
    return answer;
  }

  #count(key: string): void {
    this.#tally.set(key, (this.#tally.get(key) ?? 0) + 1);
  }

  #assertSame(what: string, store: unknown, model: unknown): void {
    if (isDeepStrictEqual(store, model)) return;
    const difference = `${what}: the store says ${JSON.stringify(store)}, the model ${JSON.stringify(model)}`;
    throw new Error([difference, ...this.#steps].join('\n  '));
  }

  #named<T>(all: readonly T[], one: T | undefined): string {
    return one === undefined ? '-' : `#${all.indexOf(one)}`;
  }

  #now(): number {
    return this.#store.runtime.clock.now().getTime() / 1000;
  }
}
