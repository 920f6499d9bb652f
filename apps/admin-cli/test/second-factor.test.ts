import { codeFor } from '@cartwright/api/testing/people';
import { problemOf } from '@cartwright/client';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Cli } from '../src/cli.ts';
import { readConfig } from '../src/config.ts';
import { codeProof } from '../src/session/ask-proof.ts';
import { connect } from '../src/session/connect.ts';
import { fileTokenStore, sessionFile } from '../src/session/file-token-store.ts';
import { ADMIN, openStore, type TestStore } from './harness.ts';

// Each step is a process of its own, and others share the machine.
vi.setConfig({ testTimeout: 60_000 });

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const login = (...more: string[]) =>
  store.guest(['login', '--email', ADMIN.email, '--password-stdin', ...more], { input: ADMIN.password });

/** A command in this process, where nobody is there to be asked. */
function command(env: Record<string, string>): Cli {
  const config = readConfig({ XDG_CONFIG_HOME: store.configHome, ...env });
  return { config, url: store.url, json: false, out: () => undefined, err: () => undefined };
}

/** The kept session as it is an hour after the log-in: its access token has expired, and so has the proof. */
async function anHourLater(cli: Cli): Promise<void> {
  await querySql(store.databaseUrl, `update sessions set authenticated_at = now() - interval '1 hour'`);
  const kept = fileTokenStore(sessionFile(cli.config.configDir, store.url, cli.config.credentials?.email));
  const tokens = await kept.get();
  await kept.set(tokens && { ...tokens, expiresAt: 0 });
}

const rotate = (cli: Cli) => connect(cli).auth.rotateSigningKeys.mutate();
const refusal = (attempt: Promise<unknown>) =>
  attempt.then(
    () => undefined,
    (error: unknown) => problemOf(error)?.code,
  );

it('six digits are a code of the app, anything else is a recovery code', () => {
  expect(codeProof('123 456')).toEqual({ code: '123456' });
  expect(codeProof('abcd-efgh-ijkl-mnop')).toEqual({ recoveryCode: 'abcd-efgh-ijkl-mnop' });
});

it('a dangerous command proves the password of the environment again, in the same session, and goes on', async () => {
  const cli = command({ CARTWRIGHT_EMAIL: ADMIN.email, CARTWRIGHT_PASSWORD: ADMIN.password });
  await rotate(cli);
  const before = await querySql(store.databaseUrl, 'select id from sessions');
  await anHourLater(cli);
  await rotate(cli);
  expect(await querySql(store.databaseUrl, 'select id from sessions')).toEqual(before);
  const proven = `select 1 from sessions where authenticated_at > now() - interval '10 minutes'`;
  expect(await querySql(store.databaseUrl, proven)).toHaveLength(1);
});

it('a dangerous command where nobody is there to prove it is refused', async () => {
  const cli = command({});
  await login();
  await anHourLater(cli);
  expect(await refusal(rotate(cli))).toBe('step_up_required');
});

it('login takes the code of the second factor, or a recovery code, and says when it lacks one', async () => {
  const { secondFactor } = store.client;
  const { secret } = await secondFactor.beginTotp.mutate();
  const clock = { now: () => new Date() };
  const { recoveryCodes } = await secondFactor.confirmTotp.mutate({ code: codeFor({ clock }, secret) });
  await querySql(store.databaseUrl, 'update totp_factors set last_step = 0');

  expect(await login()).toEqual({
    code: 77,
    stdout: '',
    stderr:
      'cartwright: The account has a second factor; prove it as well. Give the code with `cartwright login --code`. ' +
      '(second_factor_required)\n',
  });
  const refused = await login('--code', '000000', '--json');
  expect(refused.code).toBe(77);
  expect(JSON.parse(refused.stderr)).toMatchObject({ code: 'second_factor_invalid' });
  expect(await login('--code', codeFor({ clock }, secret))).toMatchObject({
    code: 0,
    stdout: `Logged in to ${store.url} as ${ADMIN.email}.\n`,
  });
  expect(await login('--code', recoveryCodes?.[0] ?? '')).toMatchObject({ code: 0 });
  expect(await store.guest(['whoami', '--json'])).toMatchObject({ code: 0 });

  const unattended = command({ CARTWRIGHT_EMAIL: ADMIN.email, CARTWRIGHT_PASSWORD: ADMIN.password });
  await anHourLater(unattended);
  expect(await refusal(rotate(unattended))).toBe('step_up_required');
});
