import { describe, expect, test } from 'vitest';
import { createTurns } from './turns.ts';

/** A job that runs until it is told to end. */
function job() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const started = Promise.withResolvers<void>();
  return {
    run: () => {
      started.resolve();
      return promise;
    },
    started: started.promise,
    end: resolve,
    fail: reject,
  };
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('turns', () => {
  test('runs as many at once as allowed, the others in the order they came', async () => {
    const turns = createTurns({ atOnce: 2, maxWaiting: 10, maxWaitMs: 5_000 });
    const jobs = [job(), job(), job(), job()];
    const started: number[] = [];
    jobs.forEach((each, at) => void each.started.then(() => started.push(at)));
    const answers = jobs.map((each) => turns.take(each.run));
    await soon();
    expect(started).toEqual([0, 1]);
    jobs[1]?.end('b');
    await soon();
    expect(started).toEqual([0, 1, 2]);
    for (const each of jobs) each.end('x');
    expect(await Promise.all(answers)).toEqual(['x', 'b', 'x', 'x']);
  });

  test('a job that fails frees its place and fails alone', async () => {
    const turns = createTurns({ atOnce: 1, maxWaiting: 10, maxWaitMs: 5_000 });
    const first = turns.take(() => Promise.reject(new Error('broken')));
    const second = turns.take(async () => 'fine');
    await expect(first).rejects.toThrow('broken');
    expect(await second).toBe('fine');
    expect(await turns.take(async () => 'and again')).toBe('and again');
  });

  test('refuses at once when too many wait', async () => {
    const turns = createTurns({ atOnce: 1, maxWaiting: 1, maxWaitMs: 5_000 });
    const running = job();
    const first = turns.take(running.run);
    const second = turns.take(async () => 'waited');
    await expect(turns.take(async () => 'too many')).rejects.toMatchObject({
      code: 'password_queue_full',
      kind: 'upstream_unavailable',
      retryAfterSeconds: 5,
    });
    running.end('done');
    expect(await Promise.all([first, second])).toEqual(['done', 'waited']);
  });

  test('refuses who has waited too long, without running it, and goes on with the next', async () => {
    const turns = createTurns({ atOnce: 1, maxWaiting: 5, maxWaitMs: 30 });
    const running = job();
    const first = turns.take(running.run);
    let ran = false;
    await expect(
      turns.take(async () => {
        ran = true;
      }),
    ).rejects.toMatchObject({ code: 'password_queue_full', retryAfterSeconds: 1 });
    running.end('done');
    expect(await first).toBe('done');
    expect(await turns.take(async () => 'next')).toBe('next');
    expect(ran).toBe(false);
  });
});
