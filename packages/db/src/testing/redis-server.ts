import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './embedded-postgres.ts';

export interface RedisServer {
  url: string;
  port: number;
  stop(): void;
}

/** A `redis-server` that keeps nothing; undefined where there is none on the PATH, which is an error in CI. */
export async function startRedisServer(options: { port?: number } = {}): Promise<RedisServer | undefined> {
  const binary = onPath('redis-server');
  if (binary === undefined) {
    if (process.env['CI'] === 'true') throw new Error('CI needs a redis-server on the PATH');
    return undefined;
  }
  const port = options.port ?? (await freePort());
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn(binary, flags, { stdio: 'ignore', cwd: tmpdir() });
  await answersOn(port, child);
  return { url: `redis://127.0.0.1:${port}`, port, stop: () => child.kill('SIGKILL') };
}

function onPath(name: string): string | undefined {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, name));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function answersOn(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 250; attempt += 1) {
    if (child.exitCode !== null) break;
    const open = await new Promise<boolean>((done) => {
      const socket = createConnection(port, '127.0.0.1', () => done(true)).on('error', () => done(false));
      socket.unref();
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(20);
  }
  throw new Error('redis-server did not start');
}
