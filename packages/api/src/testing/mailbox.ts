import type { QueueName } from '@cartwright/db';
import type { Mail } from '../domains/notification/mailer.ts';
import type { TestRuntime } from './index.ts';
import { doJobs, query, tellOutbox } from './tell-outbox.ts';

/** Sends what there is to send; answers the mails of that, in order. */
export async function takeMails(runtime: TestRuntime): Promise<Mail[]> {
  const before = runtime.mailer.sent.length;
  await tellOutbox(runtime);
  return runtime.mailer.sent.slice(before);
}

/** Sends what there is to send about one account only, and answers all mails about it, those sent before too. */
export async function takeMailsAbout(runtime: TestRuntime, userId: string): Promise<Mail[]> {
  const facts = await query<{ id: string; topic: QueueName; told: boolean }>(
    runtime,
    `select id, topic, delivered_at is not null as told from outbox where payload ->> 'userId' = $1
       or payload ->> 'tokenId' in (select id::text from one_time_tokens where user_id = $1::uuid) order by id`,
    [userId],
  );
  for (const { id, topic, told } of facts) if (!told) await doJobs(runtime, topic, [{ id, data: { outboxId: id } }]);
  return runtime.mailer.sent.filter((mail) => facts.some(({ id }) => id === mail.id));
}

/** The token of the one link among mails. */
export function tokenIn(mails: readonly Pick<Mail, 'text'>[]): string {
  const tokens = mails.flatMap(({ text }) => [...text.matchAll(/#token=(\S+)/g)].map(([, token]) => token ?? ''));
  if (tokens.length !== 1) throw new Error(`${tokens.length} links instead of one`);
  return tokens[0] ?? '';
}

/** Everything about accounts that a refusal must leave as it is. */
export function accountRows(runtime: TestRuntime): Promise<object[]> {
  return query(
    runtime,
    `select u.*, (select json_agg(t order by id) from one_time_tokens t where t.user_id = u.id) as tokens,
       (select json_agg(s order by id) from sessions s where s.user_id = u.id) as sessions
     from users u order by u.id`,
  );
}
