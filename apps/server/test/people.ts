import type { TestRuntime } from '@cartwright/api/testing';
import { querySql } from '@cartwright/db/testing';
import type { createApp } from '../src/app.ts';

type App = ReturnType<typeof createApp>;

export const PASSWORD = 'correct horse battery staple';

/** Sends JSON, and reads JSON. */
export async function send<T = Record<string, unknown>>(
  app: App,
  request: { method: string; path: string; body?: object; accessToken?: string },
): Promise<{ status: number; body: T }> {
  const { method, path, body, accessToken } = request;
  const response = await app.request(path, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

export interface Person {
  id: string;
  email: string;
  accessToken: string;
  refreshToken: string;
}

/** Somebody who has registered with a password and logged in; the address is verified unless said otherwise. */
export async function registerPerson(
  app: App,
  runtime: TestRuntime,
  { email, verified = true }: { email: string; verified?: boolean },
): Promise<Person> {
  const registered = await send(app, {
    method: 'POST',
    path: '/v1/auth/register',
    body: { email, password: PASSWORD },
  });
  if (registered.status !== 202) throw new Error(`${email} could not register: ${registered.status}`);
  if (verified) {
    await querySql(runtime.databaseUrl, 'update users set email_verified_at = created_at where email = $1', [email]);
  }
  return logIn(app, email);
}

/** The same session with new tokens. */
export async function refresh(app: App, person: Person): Promise<Person> {
  const { refreshToken } = person;
  const request = { method: 'POST', path: '/v1/auth/refresh', body: { refreshToken } };
  const { status, body } = await send<{ accessToken: string; refreshToken: string }>(app, request);
  if (status !== 200) throw new Error(`${person.email} could not refresh: ${status}`);
  return { ...person, accessToken: body.accessToken, refreshToken: body.refreshToken };
}

export async function logIn(app: App, email: string): Promise<Person> {
  const { status, body } = await send<{ user: { id: string }; accessToken: string; refreshToken: string }>(app, {
    method: 'POST',
    path: '/v1/auth/login',
    body: { email, password: PASSWORD },
  });
  if (status !== 200) throw new Error(`${email} could not log in: ${status}`);
  return { id: body.user.id, email, accessToken: body.accessToken, refreshToken: body.refreshToken };
}
