import type { Ctx } from '../context.ts';
import { secondsBetween } from '../kit/clock.ts';
import { refuse } from './errors.ts';

/** Throws `step_up_required` unless the caller has proven lately to be the owner of the account, `forbidden` for programs. */
export function assertProvenLately({ actor, now, config }: Pick<Ctx, 'actor' | 'now' | 'config'>): void {
  if (actor.kind !== 'customer' && actor.kind !== 'staff') throw refuse('forbidden');
  if (secondsBetween(actor.authenticatedAt, now) > config.stepUpMaxAgeSeconds) throw refuse('step_up_required');
}
