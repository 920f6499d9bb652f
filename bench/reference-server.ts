import { readFileSync } from 'node:fs';
import { closeRuntime, createLogger, createRuntime, loadConfig } from '@cartwright/api';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { answer } from '../apps/server/src/http/answer.ts';
import { takeAllowance } from '../apps/server/src/http/caller.ts';
import type { AppEnv } from '../apps/server/src/http/exchange.ts';
import { exchangeMiddleware } from '../apps/server/src/http/exchange-middleware.ts';

/**
 * What a string costs behind the store's own middleware and rate limit: one Hono route that answers the text in the file
 * given. It says what it answers in the cheapest way there is, with the head already made.
 */
const [file = '', port = ''] = process.argv.slice(2);
const body = readFileSync(file, 'utf8');
const runtime = await createRuntime(loadConfig(), { log: createLogger({ level: 'silent' }) });
const app = new Hono<AppEnv>();
app.use(exchangeMiddleware(runtime));
app.get('/', async (c) => {
  await takeAllowance(c.var.exchange, 'read');
  return answer(c, body, { status: 200, headers: { 'content-type': 'application/json' } });
});
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(port) });
process.on('disconnect', () => void closeRuntime(runtime).then(() => process.exit(0)));
