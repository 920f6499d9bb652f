import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@cartwright/api/testing';
import { createTestDatabase, type TestDatabase } from '@cartwright/db/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningServer, startServer } from '../src/index.ts';
import { openApiDocument } from '../src/rest/openapi.ts';
import { hasChromium, openChromium } from './chromium.ts';
import { serverConfig } from './server-config.ts';

let database: TestDatabase;
let server: RunningServer;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer(serverConfig(database), { log: silentLog });
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

test('the page and its files come from this server alone, under a strict policy', async () => {
  const page = await fetch(`${server.url}/docs`);
  const html = await page.text();
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; ");
  expect(html).not.toMatch(/https?:|<script>| on\w+=/);
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file);
  expect(files).toHaveLength(4);
  for (const file of files) {
    const response = await fetch(new URL(file ?? '', `${server.url}/docs`));
    expect([file, response.status]).toEqual([file, 200]);
    await response.body?.cancel();
  }
});

test.each(['package.json', 'swagger-ui.js', 'constructor', '..%2Fpackage.json'])('%s is not served', async (name) => {
  expect((await fetch(`${server.url}/docs/${name}`)).status).toBe(404);
});

/** The ids of all operations of the page, read from its top to its end: only those in sight are in the document. */
async function operationsOf(page: Page): Promise<Set<string>> {
  const seen = new Set<string>();
  const operations = page.locator('.opblock');
  await operations.first().waitFor();
  let isEnd = false;
  while (!isEnd) {
    isEnd = await page.evaluate<boolean>('scrollY + innerHeight >= document.documentElement.scrollHeight');
    for (const id of await operations.evaluateAll((shown) => shown.map((each) => each.id))) seen.add(id);
    await page.evaluate('scrollBy(0, innerHeight / 2)');
    // Two frames: one to notice, one to draw.
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  }
  return seen;
}

describe.skipIf(!hasChromium)('in a browser', () => {
  test('every operation is shown and can be tried, with no error and no request to anywhere else', async () => {
    const { context, close } = await openChromium();
    try {
      const page = await context.newPage();
      const troubles: string[] = [];
      const hosts = new Set<string>();
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) troubles.push(message.text());
      });
      page.on('pageerror', (error) => troubles.push(error.message));
      page.on('request', (request) => {
        const { protocol, host } = new URL(request.url());
        if (protocol !== 'data:') hosts.add(host);
      });
      await page.goto(`${server.url}/docs`);
      const document = openApiDocument() as { paths: Record<string, object> };
      const operations = Object.values(document.paths).flatMap((path) => Object.keys(path));
      expect((await operationsOf(page)).size).toBe(operations.length);

      await page.locator('.operation-filter-input').fill('Operations');
      await page.locator('#operations-Operations-healthLive .opblock-summary').click();
      await page.locator('#operations-Operations-healthLive .execute').click();
      const answer = page.locator('#operations-Operations-healthLive .live-responses-table .response-col_status');
      expect((await answer.last().textContent())?.trim()).toContain('200');

      const screenshot = join(tmpdir(), 'cartwright-swagger-ui.png');
      await page.screenshot({ path: screenshot });
      expect(statSync(screenshot).size).toBeGreaterThan(10_000);
      expect(troubles).toEqual([]);
      expect([...hosts]).toEqual([new URL(server.url).host]);
    } finally {
      await close();
    }
  }, 120_000);
});
