import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PictureAnswer, PictureTask } from './picture-task.ts';
import { PictureRefused } from './pictures.ts';

const PROGRAM = fileURLToPath(new URL('./picture-process.ts', import.meta.url));
/** One that has nothing to do gives its memory back. */
const IDLE_MS = 30_000;
/** How long one may take to end by itself. */
const GRACE_MS = 1_000;
/** Beyond this, a process that is done is ended: an allocator seldom gives back what it has had. */
const MAX_RSS_BYTES = 300 * 1024 * 1024;

/** A process that works on one picture at a time; it runs only while there is something to do. */
export class PictureProcess {
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;

  /** Gives the task to the process. Throws `PictureRefused` when it dies of it, or takes too long. */
  async work(task: Omit<PictureTask, 'id'>, timeoutMs: number): Promise<PictureAnswer> {
    clearTimeout(this.#idle);
    const child = this.#child ?? this.#start();
    this.#lastId += 1;
    const id = this.#lastId;
    child.ref();
    try {
      const answer = await ask(child, { ...task, id } as PictureTask, timeoutMs);
      if (answer.rssBytes > MAX_RSS_BYTES) this.#kill();
      return answer;
    } catch (error) {
      this.#kill();
      throw error;
    } finally {
      child.unref();
      child.channel?.unref();
      this.#idle = setTimeout(() => this.#kill(), IDLE_MS).unref();
    }
  }

  /** Ends the process: by itself where it has nothing to do, and otherwise whatever it is doing. */
  async end(): Promise<void> {
    clearTimeout(this.#idle);
    const child = this.#child;
    if (child === undefined) return;
    child.ref();
    const ended = once(child, 'exit');
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await ended;
    clearTimeout(timer);
  }

  #start(): ChildProcess {
    const child = fork(PROGRAM, {
      serialization: 'advanced',
      // Nothing of our environment: it holds secrets, and whoever breaks a decoder would look there first.
      env: { MALLOC_ARENA_MAX: '2' },
      execArgv: ['--max-old-space-size=256'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    child.on('error', () => undefined);
    this.#child = child;
    return child;
  }

  #kill(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

type Measured = PictureAnswer & { rssBytes: number };

function ask(child: ChildProcess, task: PictureTask, timeoutMs: number): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(new PictureRefused('time', timeoutMs / 1000))), timeoutMs);
    const answered = (answer: Measured): void => {
      if (answer.id === task.id) settle(() => resolve(answer));
    };
    const died = (): void => settle(() => reject(new PictureRefused('corrupt')));
    function settle(how: () => void): void {
      clearTimeout(timer);
      child.off('message', answered);
      child.off('exit', died);
      how();
    }
    child.on('message', answered);
    child.once('exit', died);
    child.send(task, (error) => {
      if (error) died();
    });
  });
}
