import { errorsOf } from './domain-error.ts';

export const versionErrors = {
  version_conflict: { kind: 'conflict', title: 'Somebody has changed it since; read it again.' },
} as const;
const refuse = errorsOf(versionErrors);

/**
 * Refuses with `version_conflict` when what is to be changed is not what the caller has seen. `current` is shown with
 * the refusal, so that the caller can change that instead.
 */
export function assertVersion(seen: number | undefined, current: { version: number }): void {
  if (seen === undefined || seen === current.version) return;
  throw refuse('version_conflict', { details: { version: current.version, current } });
}
