import { customers, type Reader } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { refuse as refuseRequest } from '../../../trpc/errors.ts';
import { channels } from '../consents/schema.ts';
import { ownUserId } from '../own-account.ts';
import type { Profile } from './schema.ts';

/** What the caller's account says of them. Throws `unauthenticated` when it is gone. */
export async function getProfile(ctx: Pick<Ctx, 'actor' | 'db'>, reader: Reader = ctx.db): Promise<Profile> {
  const row = await customers.findProfile(reader, { userId: ownUserId(ctx) });
  if (!row) throw refuseRequest('unauthenticated');
  const { emailVerifiedAt, consents, ...profile } = row;
  const marketing = Object.fromEntries(channels.map((channel) => [channel, consents.includes(channel)]));
  return { ...profile, emailVerified: emailVerifiedAt !== null, marketing: marketing as Profile['marketing'] };
}
