import type { Cache, Changes } from '@cartwright/api';
import { AnswerStore, MAX_BODY_LENGTH } from './answer-store.ts';
import { KeptAnswer } from './kept-answer.ts';
import { keepForOthers, keptByOthers } from './second-level.ts';

type ChangeLog = NonNullable<Changes['log']>;
type ReadsFrom = (tags: readonly string[]) => void;

export interface Question {
  /** How it was written, e.g. its address. */
  alias: string;
  /** The same for all ways to write it. */
  key: string;
  contentType: string;
  now: Date;
  /** Reads the answer. Says what it is made of; without that, any change is one of it. */
  load: (readsFrom: ReadsFrom) => Promise<string>;
  /** Where nobody waits for an answer that could not be read. */
  onError: (error: unknown) => void;
}

interface Flight {
  /** The last change before it began. */
  at: number;
  answer: Promise<KeptAnswer>;
}

/**
 * Answers that are the same for every guest, given again until what they are made of changes, whoever changes it. No
 * answer is given by this process after it has heard of a change, and none is kept that a change has overtaken while it
 * was read. Who asks at once what is being read waits for it.
 */
export class SharedAnswers {
  readonly #store = new AnswerStore();
  readonly #flights = new Map<string, Flight>();
  readonly #changes: Changes;
  readonly #secondLevel: Cache | undefined;
  readonly #freshMs: number;

  /** `secondLevel` is what processes have in common; 0 ms keeps nothing. */
  constructor(options: { changes: Changes; freshMs: number; secondLevel: Cache | undefined }) {
    this.#changes = options.changes;
    this.#freshMs = options.freshMs;
    this.#secondLevel = options.secondLevel;
  }

  /** What was answered to the same writing, if it is fresh. */
  find(alias: string, now: Date): KeptAnswer | undefined {
    const found = this.#store.byAlias(alias);
    const { log } = this.#changes;
    if (found === undefined || log === undefined) return undefined;
    const { key, answer } = found;
    if (now.getTime() >= answer.origin.freshUntil || !isUnchanged(answer, log)) return undefined;
    this.#store.used(key, answer);
    return answer;
  }

  /** The answer, from wherever it is nearest. Throws what `load` throws, and keeps nothing then. */
  async read(question: Question): Promise<KeptAnswer> {
    const { key, alias, now } = question;
    if (this.#freshMs === 0 || !(await this.#changes.listen())) return this.#make(question, { at: -1 });
    const { log } = this.#changes;
    if (log === undefined) return this.#make(question, { at: -1 });
    const kept = this.#store.get(key);
    if (kept === undefined || !isUnchanged(kept, log) || now.getTime() >= kept.origin.keptUntil) {
      return this.#fetch(question, log);
    }
    this.#store.addAlias(key, alias);
    this.#store.used(key, kept);
    if (now.getTime() >= kept.origin.freshUntil) this.#fetch(question, log).catch(question.onError);
    return kept;
  }

  /** One reading for all who ask meanwhile, unless anything changes. */
  #fetch(question: Question, log: ChangeLog): Promise<KeptAnswer> {
    const { key, alias } = question;
    const before = this.#flights.get(key);
    if (before?.at === log.at) return before.answer;
    const flight: Flight = { at: log.at, answer: this.#readAndKeep(question, log) };
    this.#flights.set(key, flight);
    const landed = (): void => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    return flight.answer.then(
      (answer) => {
        landed();
        this.#store.addAlias(key, alias);
        return answer;
      },
      (error: unknown) => {
        landed();
        throw error;
      },
    );
  }

  async #readAndKeep(question: Question, log: ChangeLog): Promise<KeptAnswer> {
    const { key } = question;
    const { at, position } = log;
    const fromOthers = this.#secondLevel && (await keptByOthers(this.#secondLevel, question, log));
    const answer = fromOthers ?? (await this.#make(question, { at }));
    // While it was read, something may have changed, or changes may have been missed.
    const isGood = this.#changes.log === log && isUnchanged(answer, log) && answer.length <= MAX_BODY_LENGTH;
    if (!isGood) return answer;
    this.#store.set(key, answer);
    if (this.#secondLevel && fromOthers === undefined && position !== undefined) {
      void keepForOthers(this.#secondLevel, { key, answer, position, now: question.now });
    }
    return answer;
  }

  async #make({ load, now, contentType }: Question, { at }: { at: number }): Promise<KeptAnswer> {
    let tags: Set<string> | undefined;
    const body = await load((added) => {
      tags ??= new Set();
      for (const tag of added) {
        tags.add(tag);
        // A change of `product` is one of every `product:<id>`.
        const colon = tag.indexOf(':');
        if (colon !== -1) tags.add(tag.slice(0, colon));
      }
    });
    const freshUntil = now.getTime() + this.#freshMs;
    const keptUntil = freshUntil + this.#freshMs;
    return new KeptAnswer(body, { contentType, tags: tags && [...tags], at, freshUntil, keptUntil });
  }
}

function isUnchanged(answer: KeptAnswer, log: ChangeLog): boolean {
  if (answer.checkedAt === log.at) return true;
  if (!log.isUnchanged(answer.checkedAt, answer.origin.tags)) return false;
  answer.checkedAt = log.at;
  return true;
}
