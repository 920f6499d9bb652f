import { readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

/** What Hono and Node cost by themselves: one route that answers the body in the file given. */
const [file = '', port = ''] = process.argv.slice(2);
const body: object = JSON.parse(readFileSync(file, 'utf8'));
const app = new Hono();
app.get('/', (c) => c.json(body));
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(port) });
process.on('disconnect', () => process.exit(0));
