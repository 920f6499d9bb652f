import type { Cache, Changes } from '@cartwright/api';
import { ChangeLog } from '@cartwright/api/testing';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Question, SharedAnswers } from './shared-answers.ts';

/** Two processes: each hears of changes when it is told to, and both have one second level. */
class Process {
  readonly log = new ChangeLog();
  listening = true;
  readonly answers: SharedAnswers;
  loads = 0;

  constructor(secondLevel: Cache | undefined) {
    const listens = () => this.listening;
    const log = this.log;
    const changes: Changes = {
      listen: async () => listens(),
      get log() {
        return listens() ? log : undefined;
      },
      settle: async () => undefined,
      close: async () => undefined,
    };
    this.answers = new SharedAnswers({ changes, freshMs: 60_000, secondLevel });
  }

  /** Asks for `body`, which is read while `during` happens. */
  async ask(body: string, { tags = ['product:a'], now = 0, during = async () => {} }: Asked = {}): Promise<string> {
    const question: Question = {
      alias: '/a',
      key: 'a',
      contentType: 'application/json',
      now: new Date(now),
      load: async (readsFrom) => {
        this.loads += 1;
        readsFrom(tags);
        await during();
        return body;
      },
      onError: () => undefined,
    };
    return (await this.answers.read(question)).text;
  }
}
interface Asked {
  tags?: string[];
  now?: number;
  during?: () => Promise<void>;
}

function createStore(): Cache & { texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    get: async (key) => texts.get(key),
    set: async (key, value) => void texts.set(key, value),
    delete: async (key) => void texts.delete(key),
    close: async () => undefined,
  };
}

let store: ReturnType<typeof createStore>;
let one: Process;
let two: Process;
const hear = (position: string, ...tags: string[]): void => {
  for (const { log } of [one, two]) log.note(position, tags);
};

beforeEach(() => {
  store = createStore();
  [one, two] = [new Process(store), new Process(store)];
  hear('1');
});

describe('an answer that a change has overtaken while it was read', () => {
  test('is not kept by its process', async () => {
    await one.ask('old', { during: async () => hear('2', 'product:a') });
    expect(await one.ask('new')).toBe('new');
    expect(await one.ask('newer')).toBe('new');
  });

  test('is kept when the change was of something else', async () => {
    await one.ask('old', { during: async () => hear('2', 'product:b') });
    expect(await one.ask('new')).toBe('old');
  });

  test('is not kept when changes were missed meanwhile', async () => {
    await one.ask('old', {
      during: async () => {
        one.log.reset();
      },
    });
    expect(await one.ask('new')).toBe('new');
  });

  test('is not joined by who asks after the change', async () => {
    const gate = Promise.withResolvers<void>();
    const before = one.ask('old', { during: () => gate.promise });
    await vi.waitFor(() => expect(one.loads).toBe(1));
    hear('2', 'product:a');
    expect(await one.ask('new')).toBe('new');
    gate.resolve();
    expect(await before).toBe('old');
    expect(await one.ask('newer')).toBe('new');
  });
});

describe('what processes have in common', () => {
  test('spares the second process the reading', async () => {
    await one.ask('first');
    expect(await two.ask('second')).toBe('first');
    expect(two.loads).toBe(0);
  });

  test('is not taken by who has heard of a change, however late it was written', async () => {
    // The first process reads before the change and hears of it after it has written.
    await one.ask('old', { during: async () => two.log.note('2', ['product:a']) });
    expect(store.texts.size).toBe(1);
    expect(await two.ask('new')).toBe('new');
    one.log.note('2', ['product:a']);
    expect(await one.ask('newer')).toBe('new');
  });

  test('is dropped with the change when it was taken before', async () => {
    await one.ask('old');
    await two.ask('-');
    hear('2', 'product:a');
    expect(await two.ask('new')).toBe('new');
  });

  test('is not taken from before a process began to listen, or by one that does not', async () => {
    await one.ask('old');
    const three = new Process(store);
    three.log.note('1b', []);
    expect(await three.ask('new')).toBe('new');
    two.listening = false;
    expect(await two.ask('newer')).toBe('newer');
    expect(await two.ask('newest')).toBe('newest');
  });
});

test('an answer that does not say what it is made of is gone with any change', async () => {
  const question = (body: string): Question => ({
    alias: '/b',
    key: 'b',
    contentType: 'application/json',
    now: new Date(0),
    load: async () => body,
    onError: () => undefined,
  });
  await one.answers.read(question('old'));
  hear('2', 'product:zzz');
  expect((await one.answers.read(question('new'))).text).toBe('new');
});

test('what cannot be read is told to all who wait for it, and asked for again by the next', async () => {
  const failing = { during: () => Promise.reject(new Error('gone')) };
  const both = await Promise.allSettled([one.ask('x', failing), one.ask('x', failing)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(one.loads).toBe(1);
  expect(await one.ask('back')).toBe('back');
});
