import { availableParallelism } from 'node:os';
import { type Algorithm, hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';
import type { PasswordHasher } from './password-hasher.ts';
import { createTurns, type Turns } from './turns.ts';

const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** `$argon2id$v=19$m=…,t=…,p=…$`: what every hash made with today's parameters begins with. */
const PREFIX = `$argon2id$v=19$m=${PARAMETERS.memoryCost},t=${PARAMETERS.timeCost},p=${PARAMETERS.parallelism}$`;
/** The hash of nothing: comparing with it costs what comparing with a real one does. */
const DUMMY = `${PREFIX}${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Each hash keeps one of the four threads that files and DNS wait for, and one of our cores. */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
const MAX_WAITING = 100;
const MAX_WAIT_MS = 2_000;

// Algorithm is a const enum, which type stripping cannot inline.
const ARGON2ID = 2 as Algorithm.Argon2id;

/** Argon2id of 19 MiB and two passes, in a bounded queue. */
export function createPasswordHasher(
  turns: Turns = createTurns({ atOnce: AT_ONCE, maxWaiting: MAX_WAITING, maxWaitMs: MAX_WAIT_MS }),
): PasswordHasher {
  return {
    hash: (password) => turns.take(() => argon2Hash(password, { ...PARAMETERS, algorithm: ARGON2ID })),
    verify: (hash, password, admit) =>
      turns.take(async () => {
        await admit?.();
        const matches = await argon2Verify(hash ?? DUMMY, password);
        return hash !== undefined && matches;
      }),
    needsRehash: (hash) => !hash.startsWith(PREFIX),
  };
}
