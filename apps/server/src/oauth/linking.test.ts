import { type TestRuntime, withProviders } from '@cartwright/api/testing';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { comeBack, type Left, LocalProvider, problemOf } from '../../test/local-provider.ts';
import { logIn, type Person, refresh, registerPerson, send } from '../../test/people.ts';
import { createApp } from '../app.ts';

const provider = new LocalProvider();
let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
let ada: Person;
let sequence = 0;

beforeAll(async () => {
  await provider.start();
  runtime = await provider.runtime({ STOREFRONT_URL: 'https://shop.example' });
});
afterAll(async () => {
  await runtime.dispose();
  await provider.stop();
});
beforeEach(async () => {
  app = createApp(runtime);
  provider.reset();
  sequence += 1;
  ada = await registerPerson(app, runtime, { email: `ada${sequence}@shop.example` });
});

interface Identity {
  id: string;
  provider: string | null;
  email: string | null;
  lastUsedAt: string | null;
}

const begin = ({ accessToken }: Pick<Person, 'accessToken'>, more: object = {}) =>
  send<{ url: string; code: string }>(app, {
    method: 'POST',
    path: '/v1/me/identities/begin',
    body: { provider: 'oidc', ...more },
    accessToken,
  });

/** Leaves for the provider in a browser that opens what the account was told to open. */
async function leaveToLink(person: Person, more: object = {}): Promise<Left> {
  const { body } = await begin(person, more);
  return provider.leave(app, new URL(body.url).search);
}

async function proofOf(person: Person): Promise<string> {
  const response = await comeBack(app, await leaveToLink(person));
  expect(response.status).toBe(200);
  const { linkProof } = (await response.json()) as { linkProof: string };
  return linkProof;
}

const link = (linkProof: string, accessToken?: string) =>
  send<Identity & { code: string }>(app, {
    method: 'POST',
    path: '/v1/me/identities',
    body: { linkProof },
    ...(accessToken !== undefined && { accessToken }),
  });
const linkTo = async (person: Person) => (await link(await proofOf(person), person.accessToken)).body;
const list = async ({ accessToken }: Person) =>
  (await send<{ items: Identity[] }>(app, { method: 'GET', path: '/v1/me/identities', accessToken })).body.items;
const unlink = (id: string, { accessToken }: Person) =>
  send<{ code?: string }>(app, { method: 'DELETE', path: `/v1/me/identities/${id}`, accessToken });
const signIn = async () => comeBack(app, await provider.leave(app));
/** Somebody who can only log in through the provider. */
async function signInFirst(): Promise<Person> {
  const { user, ...tokens } = (await (await signIn()).json()) as { user: { id: string; email: string } } & Person;
  return { ...tokens, ...user };
}
const rows = () =>
  querySql(runtime.databaseUrl, 'select provider, subject, user_id from identities order by created_at, subject');

describe('linking an identity', () => {
  test('with proof of both sides lets it open the account; it is listed, and never shows its subject', async () => {
    const before = await rows();
    const proof = await proofOf(ada);
    expect(await rows()).toEqual(before);
    const linked = await link(proof, ada.accessToken);
    const expected = { id: expect.any(String), provider: 'oidc', email: provider.claims['email'], lastUsedAt: null };
    expect(linked).toMatchObject({ status: 200, body: { ...expected, createdAt: expect.any(String) } });
    expect(Object.keys(linked.body).sort()).toEqual(['createdAt', 'email', 'id', 'lastUsedAt', 'provider']);
    expect(await list(ada)).toEqual([linked.body]);
    const { user } = (await (await signIn()).json()) as { user: { id: string } };
    expect(user.id).toBe(ada.id);
    expect((await list(ada))[0]?.lastUsedAt).toBe(runtime.clock.now().toISOString());
    expect(await logIn(app, ada.email)).toMatchObject({ id: ada.id });
  });

  test('needs no address of it, and does not change that of the account', async () => {
    Object.assign(provider.claims, { email: undefined });
    expect((await linkTo(ada)).email).toBeNull();
    const { user } = (await (await signIn()).json()) as { user: { email: string } };
    expect(user.email).toBe(ada.email);
  });

  test('again is the same identity', async () => {
    const first = await linkTo(ada);
    expect(await linkTo(ada)).toEqual(first);
    expect(await list(ada)).toHaveLength(1);
  });

  test('of another account is refused, and it stays theirs', async () => {
    const grace = await registerPerson(app, runtime, { email: `grace${sequence}@shop.example` });
    await linkTo(grace);
    const before = await rows();
    expect(await link(await proofOf(ada), ada.accessToken)).toMatchObject({
      status: 409,
      body: { code: 'identity_taken' },
    });
    expect(await rows()).toEqual(before);
    expect(await list(ada)).toEqual([]);
  });

  test('by two accounts at once succeeds for one', async () => {
    const grace = await registerPerson(app, runtime, { email: `grace${sequence}@shop.example` });
    const proofs = [await proofOf(ada), await proofOf(grace)];
    const people = [ada, grace];
    const answers = await Promise.all(proofs.map((proof, index) => link(proof, people[index]?.accessToken)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('ends at the page that was asked for, with the proof in the fragment', async () => {
    const response = await comeBack(app, await leaveToLink(ada, { returnTo: '/account?tab=logins' }));
    expect(response.status).toBe(303);
    const page = new URL(response.headers.get('location') ?? '');
    expect(`${page.origin}${page.pathname}${page.search}`).toBe('https://shop.example/account?tab=logins');
    const proof = new URLSearchParams(page.hash.slice(1)).get('linkProof') ?? '';
    expect((await link(proof, ada.accessToken)).status).toBe(200);
  });

  test('that fails ends there as well, with the code of the error and nothing of the provider', async () => {
    const left = await leaveToLink(ada, { returnTo: 'https://shop.example/account' });
    left.callback.searchParams.set('error', 'access_denied');
    left.callback.searchParams.set('error_description', '<script>');
    const response = await comeBack(app, left);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('https://shop.example/account#error=oauth_denied');
    expect(response.headers.get('set-cookie')).toMatch(/^cartwright-sign-in-oidc=; Max-Age=0/);
  });
});

describe('linking is refused', () => {
  const refusedLink = async (attempt: () => Promise<{ status: number; body: { code: string } }>, code: string) => {
    const before = await rows();
    const { status, body } = await attempt();
    expect({ ok: status < 400, code: body.code }).toEqual({ ok: false, code });
    expect(await rows()).toEqual(before);
  };

  test('to an account whose address is not verified: its owner must not find the identity of somebody else', async () => {
    const squatter = await registerPerson(app, runtime, { email: `victim${sequence}@shop.example`, verified: false });
    await refusedLink(() => begin(squatter), 'link_needs_verified_email');
  });

  test('to an account that has lost its verification meanwhile', async () => {
    const proof = await proofOf(ada);
    await querySql(runtime.databaseUrl, 'update users set email_verified_at = null where id = $1', [ada.id]);
    await refusedLink(() => link(proof, ada.accessToken), 'link_needs_verified_email');
  });

  test('to nobody, and from a session whose log-in is long ago', async () => {
    await refusedLink(() => begin({ accessToken: 'x' }), 'unauthenticated');
    runtime.clock.advance(16 * 60);
    const later = await refresh(app, ada);
    await refusedLink(() => begin(later), 'step_up_required');
    runtime.clock.set(new Date());
  });

  test('with a provider that the store has not, and back to a page of somebody else', async () => {
    await refusedLink(() => begin(ada, { provider: 'google' }), 'not_found');
    await refusedLink(() => begin(ada, { returnTo: 'https://evil.example' }), 'return_to_invalid');
  });

  test('by somebody else who gets hold of the proof, by another session of the account, and without a session', async () => {
    const proof = await proofOf(ada);
    const mallory = await registerPerson(app, runtime, { email: `mallory${sequence}@evil.example` });
    await refusedLink(() => link(proof, mallory.accessToken), 'link_ticket_invalid');
    const otherSession = await logIn(app, ada.email);
    await refusedLink(() => link(proof, otherSession.accessToken), 'link_ticket_invalid');
    await refusedLink(() => link(proof), 'unauthenticated');
    // Nothing of that has spent it.
    expect((await link(proof, ada.accessToken)).status).toBe(200);
  });

  test('in a browser that is sent to a link of an attacker: what it proves, only the attacker could use, who never sees it', async () => {
    const mallory = await registerPerson(app, runtime, { email: `mallory${sequence}@evil.example` });
    const { body } = await begin(mallory);
    const response = await comeBack(app, await provider.leave(app, new URL(body.url).search));
    const { linkProof } = (await response.json()) as { linkProof: string };
    await refusedLink(() => link(linkProof, ada.accessToken), 'link_ticket_invalid');
    // And an attacker who has the address of the callback does not have the browser.
    const left = await provider.leave(app, new URL(body.url).search);
    expect(await problemOf(await comeBack(app, { ...left, cookie: '' }))).toMatchObject({
      code: 'oauth_state_invalid',
    });
  });

  test('with a proof that was used, is too old or was made up', async () => {
    const used = await proofOf(ada);
    const { body } = await link(used, ada.accessToken);
    await unlink(body.id, ada);
    await refusedLink(() => link(used, ada.accessToken), 'link_ticket_invalid');
    const proof = await proofOf(ada);
    for (const wrong of [
      'x',
      '..',
      `${proof.slice(0, -4)}AAAA`,
      `${proof.startsWith('A') ? 'B' : 'A'}${proof.slice(1)}`,
    ]) {
      await refusedLink(() => link(wrong, ada.accessToken), 'link_ticket_invalid');
    }
    runtime.clock.advance(299);
    const later = await refresh(app, ada);
    runtime.clock.advance(1);
    await refusedLink(() => link(proof, later.accessToken), 'link_ticket_invalid');
    runtime.clock.set(new Date());
  });

  test('with a ticket that is too old, of another provider, made up, or a proof or a cookie instead', async () => {
    const { body } = await begin(ada);
    const ticket = new URL(body.url).searchParams.get('link') ?? '';
    const left = await provider.leave(app, `?link=${ticket}`);
    const others = JSON.stringify([{ name: 'other', issuer: provider.issuer, clientId: 'x', clientSecret: 'y' }]);
    const other = createApp(withProviders(runtime, { OIDC_PROVIDERS: others }));
    const invalid = { status: 400, code: 'link_ticket_invalid' };
    expect(await problemOf(await other.request(`/auth/other?link=${ticket}`))).toEqual(invalid);
    for (const wrong of ['', 'x', `${ticket.slice(0, -4)}AAAA`, await proofOf(ada), left.cookie.split('=')[1]]) {
      expect(await problemOf(await app.request(`/auth/oidc?link=${wrong}`))).toEqual(invalid);
    }
    runtime.clock.advance(300);
    expect(await problemOf(await app.request(`/auth/oidc?link=${ticket}`))).toEqual(invalid);
    runtime.clock.set(new Date());
  });

  test('at the end of a sign-in that was not begun to link, and the other way round', async () => {
    const linking = await leaveToLink(ada);
    const plain = await provider.leave(app);
    const crossed = await comeBack(app, { callback: linking.callback, cookie: plain.cookie });
    expect(await problemOf(crossed)).toMatchObject({ code: 'oauth_state_invalid' });
    expect(await (await comeBack(app, linking)).json()).toEqual({ linkProof: expect.any(String) });
  });
});

describe('unlinking an identity', () => {
  test('closes the account to it, and ends the other sessions', async () => {
    const { id } = await linkTo(ada);
    const opened = (await (await signIn()).json()) as { refreshToken: string };
    expect(await unlink(id, ada)).toEqual({ status: 200, body: {} });
    expect(await list(ada)).toEqual([]);
    const refresh = { method: 'POST', path: '/v1/auth/refresh', body: { refreshToken: opened.refreshToken } };
    expect((await send(app, refresh)).status).toBe(401);
    expect((await send(app, { method: 'GET', path: '/v1/me', accessToken: ada.accessToken })).status).toBe(200);
    // It is a stranger now, who may come back as one.
    const again = (await (await signIn()).json()) as { user: { id: string } };
    expect(again.user.id).not.toBe(ada.id);
  });

  test("is refused for somebody else's, for what is not there and after a log-in long ago", async () => {
    const { id } = await linkTo(ada);
    const mallory = await registerPerson(app, runtime, { email: `mallory${sequence}@evil.example` });
    const before = await rows();
    const missing = { status: 404, body: { code: 'not_found' } };
    expect(await unlink(id, mallory)).toMatchObject(missing);
    expect(await unlink('00000000-0000-7000-8000-000000000000', ada)).toMatchObject(missing);
    expect(await rows()).toEqual(before);
    expect(await send(app, { method: 'DELETE', path: `/v1/me/identities/${id}` })).toMatchObject({ status: 401 });
  });

  test('is refused for the last way to log in, but not for one of two', async () => {
    const only = await signInFirst();
    const [first] = await list(only);
    const before = await rows();
    expect(await unlink(first?.id ?? '', only)).toMatchObject({ status: 409, body: { code: 'last_login_method' } });
    expect(await rows()).toEqual(before);
    provider.reset();
    await linkTo(only);
    expect((await unlink(first?.id ?? '', only)).status).toBe(200);
    expect(await list(only)).toHaveLength(1);
  });

  test('of both at once leaves one', async () => {
    const only = await signInFirst();
    provider.reset();
    await linkTo(only);
    const answers = await Promise.all((await list(only)).map(({ id }) => unlink(id, only)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await list(only)).toHaveLength(1);
  });

  test('does not count on an identity of a provider that the store no longer offers', async () => {
    const only = await signInFirst();
    const [first] = await list(only);
    await querySql(
      runtime.databaseUrl,
      "insert into identities (id, provider, subject, user_id, created_at) values (gen_random_uuid(), 'gone', $1, $2, now())",
      [only.id, only.id],
    );
    expect((await list(only)).map((each) => each.provider)).toEqual(expect.arrayContaining([null, 'oidc']));
    expect(await unlink(first?.id ?? '', only)).toMatchObject({ status: 409, body: { code: 'last_login_method' } });
  });
});
