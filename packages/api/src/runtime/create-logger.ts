import { pino } from 'pino';
import type { Logger } from '../kit/logger.ts';
import type { Config } from './config.ts';

/** Log lines as JSON on standard output. Callers name what they log; secrets, tokens and bodies are never among it. */
export function createLogger(options: { level: Config['logLevel']; write?: (line: string) => void }): Logger {
  const { level, write } = options;
  const settings = { level, base: null, redact: ['authorization', 'token', 'password', 'secret'] };
  return write ? pino(settings, { write }) : pino(settings);
}
