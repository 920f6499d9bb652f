import { querySql } from '@cartwright/db/testing';
import type { Ctx } from '../context.ts';
import type { AccessTokens } from '../domains/auth/access-tokens.ts';
import { createAccessTokens } from '../domains/auth/jwt-access-tokens.ts';
import { refreshTokenOf } from '../domains/auth/refresh-token.ts';
import type { Actor } from '../kit/actor.ts';
import { DomainError } from '../kit/domain-error.ts';
import { appRouter } from '../root.ts';
import { openAccount, type TestAccount } from './accounts.ts';
import { administrator, customer, makeCtx, type TestRuntime } from './index.ts';

export type CustomerApi = ReturnType<typeof appRouter.createCaller>['customer'];

/** The procedures about customers as one account calls them. */
export function apiAs(runtime: TestRuntime, actor: Actor, options: Partial<Ctx> = {}): CustomerApi {
  return appRouter.createCaller(makeCtx(runtime, { actor, ...options })).customer;
}

/** An account of its own, and the procedures as it calls them. */
export async function newCustomer(runtime: TestRuntime): Promise<TestAccount & { api: CustomerApi }> {
  const account = await openAccount(runtime);
  return { ...account, api: apiAs(runtime, customer(account.id, account.sessionId)) };
}

/** An administrator of its own, and the procedures as it calls them. */
export async function newAdministrator(runtime: TestRuntime): Promise<TestAccount & { api: CustomerApi }> {
  const account = await openAccount(runtime, { roleNames: ['administrator'] });
  return { ...account, api: apiAs(runtime, administrator(account.id, account.sessionId)) };
}

/** Access tokens as another process on the same database sees them. */
export function otherProcess(runtime: TestRuntime): AccessTokens {
  const { authSecret, publicUrl: issuer } = runtime.config;
  return createAccessTokens({ ...runtime, authSecret, issuer });
}

/** What would be the first refresh token of a session, for those that have none. */
export function firstRefreshToken(runtime: TestRuntime, sessionId: string): string {
  return refreshTokenOf(runtime.config.authSecret, { id: sessionId, generation: 1 });
}

/** The refusal of a call, with its details. */
export async function refusalOf(call: Promise<unknown>): Promise<{ code: string; details?: unknown }> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown) => thrown,
  );
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof DomainError)) throw error ?? new Error('The call was not refused');
  return { code: cause.code, ...(cause.details && { details: cause.details }) };
}

/** Every row of the tables that customers are made of, to show that a refusal changed nothing. */
export async function customerRows(runtime: TestRuntime): Promise<unknown[]> {
  const tables = ['users', 'user_roles', 'sessions', 'customer_addresses', 'marketing_consents', 'customer_groups']
    .concat(['customer_group_members', 'payment_customers', 'saved_payment_methods', 'impersonations', 'audit_log'])
    .concat(['outbox']);
  const parts = tables.map((name) => `select '${name}' as name, to_jsonb(t) as row from ${name} t`);
  return querySql(runtime.databaseUrl, `${parts.join(' union all ')} order by 1, 2`);
}
