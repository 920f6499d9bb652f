import type { Queue, QueueName } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import type { AccessTokens } from '../../domains/auth/access-tokens.ts';
import { beginSignIn, finishSignIn, resumeSignIn } from '../../domains/social/index.ts';
import type { IdentityProvider } from '../../domains/social/providers/identity-provider.ts';
import type { Actor } from '../../kit/actor.ts';
import { newAdministrator, otherProcess } from '../customer-calls.ts';
import { administrator, createFastHasher, makeCtx, makeTestRuntime, type TestRuntime } from '../index.ts';
import { call } from '../people.ts';
import { doJobs } from '../tell-outbox.ts';

export const PROVIDER = 'somewhere';

/** A provider of somebody else's that believes whatever it is told: the code is `<subject> <address>`. */
const provider: IdentityProvider = {
  name: PROVIDER,
  key: PROVIDER,
  answersBy: 'query',
  authorizationUrl: async ({ state }) => new URL(`https://provider.example/?state=${state}`),
  async identify(_secrets, { code = '' }) {
    const [subject = '', email] = code.split(' ');
    return { provider: PROVIDER, subject, email, emailVerified: true, name: undefined };
  },
};

/** A store on a database of its own, what one needs to be its shopper, and the process beside it. */
export interface ModelStore {
  runtime: TestRuntime;
  other: AccessTokens;
  asAdministrator(): Ctx;
  /** Sends the links that wait and answers their tokens with the address that each went to. */
  takeLinks(): Promise<{ to: string; token: string }[]>;
  dispose(): Promise<void>;
}

/** Passwords cost nothing, nobody is throttled, and jobs are only noted: links are mailed when they are asked for. */
export async function openModelStore(): Promise<ModelStore> {
  const waiting: { topic: QueueName; outboxId: string }[] = [];
  const queue: Queue = {
    async add(_tx, topic, data) {
      waiting.push({ topic: topic as QueueName, ...(data as { outboxId: string }) });
    },
    work: async () => undefined,
    stop: async () => undefined,
  };
  const runtime = await makeTestRuntime({
    env: { LIMIT_LOGIN_FAILURES_PER_15MIN: '0', LIMIT_MAILS_PER_HOUR: '0' },
    overrides: { passwords: createFastHasher(), identityProviders: new Map([[PROVIDER, provider]]), queue },
  });
  const { id, sessionId } = await newAdministrator(runtime);
  return {
    runtime,
    other: otherProcess(runtime),
    asAdministrator: () => makeCtx(runtime, { actor: administrator(id, sessionId) }),
    async takeLinks() {
      const before = runtime.mailer.sent.length;
      for (const { topic, outboxId } of waiting.splice(0)) {
        const mayHaveLink = topic === 'user.link_requested' || topic === 'user.email_change';
        if (mayHaveLink) await doJobs(runtime, topic, [{ id: outboxId, data: { outboxId } }]);
      }
      return runtime.mailer.sent.slice(before).flatMap(({ to, text }) => {
        const [, token] = /#token=(\S+)/.exec(text) ?? [];
        return token === undefined ? [] : [{ to, token }];
      });
    },
    dispose: () => runtime.dispose(),
  };
}

/** The request of whoever has an access token; one that is refused makes a guest. */
export async function ctxWith(runtime: TestRuntime, accessToken: string | undefined): Promise<Ctx> {
  const actor: Actor | undefined =
    accessToken === undefined ? undefined : await runtime.accessTokens.verify(accessToken);
  return makeCtx(runtime, actor && { actor });
}

/** Through the provider and back, for the session that asks; answers what proves the identity to it. */
export async function proveIdentity(ctx: Ctx, code: string): Promise<string> {
  const { url } = await call(ctx, (api) => api.social.beginLink({ provider: PROVIDER }));
  const finished = await visitProvider(ctx, code, { link: new URL(url).searchParams.get('link') ?? '' });
  if (!('linkProof' in finished)) throw new Error('Logged in instead of linking');
  return finished.linkProof;
}

/** The same to log in. */
export async function signInAtProvider(ctx: Ctx, code: string) {
  const finished = await visitProvider(ctx, code, {});
  if (!('login' in finished)) throw new Error('Linked instead of logging in');
  return finished.login;
}

async function visitProvider(ctx: Ctx, code: string, query: Record<string, string>) {
  const { url, cookie } = await beginSignIn(ctx, provider, query);
  const state = url.searchParams.get('state') ?? '';
  const pending = await resumeSignIn(ctx, { provider: PROVIDER, cookie, state });
  return finishSignIn(ctx, provider, { pending, answer: { state, code } });
}
