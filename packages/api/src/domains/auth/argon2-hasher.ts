import { availableParallelism } from 'node:os';
import { type Algorithm, hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';
import { type HashCost, LEAST_COST, type PasswordHasher } from './password-hasher.ts';
import { createTurns, type Turns } from './turns.ts';

const MAX_WAITING = 100;
const MAX_WAIT_MS = 2_000;
const SHAPE = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$/;

// Algorithm is a const enum, which type stripping cannot inline.
const ARGON2ID = 2 as Algorithm.Argon2id;

/** Each hash keeps one of the four threads that files and DNS wait for, and one of our cores. */
export function hashesAtOnce(cores: number): number {
  return Math.max(1, Math.min(2, cores - 1));
}

/** The queue of one process: few at once, the others wait at most two seconds. */
export function hashTurns(cores: number): Turns {
  return createTurns({ atOnce: hashesAtOnce(cores), maxWaiting: MAX_WAITING, maxWaitMs: MAX_WAIT_MS });
}

/** Argon2id, in a bounded queue. */
export function createPasswordHasher(
  turns: Turns = hashTurns(availableParallelism()),
  { memoryKib, passes }: HashCost = LEAST_COST,
): PasswordHasher {
  const parameters = { memoryCost: memoryKib, timeCost: passes, parallelism: 1, algorithm: ARGON2ID };
  // The hash of nothing: comparing with it costs what comparing with a real one does.
  const dummy = `$argon2id$v=19$m=${memoryKib},t=${passes},p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
  return {
    hash: (password) => turns.take(() => argon2Hash(password, parameters)),
    verify: (hash, password, admit) =>
      turns.take(async () => {
        await admit?.();
        const matches = await argon2Verify(hash ?? dummy, password);
        return hash !== undefined && matches;
      }),
    needsRehash(hash) {
      const [, memory, time] = SHAPE.exec(hash) ?? [];
      return !(Number(memory) >= memoryKib && Number(time) >= passes);
    },
  };
}
