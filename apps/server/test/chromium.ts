import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const OFFLINE = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Whether there is a browser; where there is none the tests that need one are skipped, but not in CI. */
export const hasChromium = existsSync(CHROMIUM);
if (!hasChromium && process.env['CI'] === 'true') throw new Error(`CI needs a browser at ${CHROMIUM}`);
if (!hasChromium) console.warn(`skipped: no browser at ${CHROMIUM}`);

/** Chromium with a profile of its own, which goes when it is closed. */
export async function openChromium(): Promise<{ context: BrowserContext; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'cartwright-chromium-'));
  const args = [...QUIET, ...OFFLINE];
  const context = await chromium.launchPersistentContext(folder, { executablePath: CHROMIUM, headless: true, args });
  return {
    context,
    async close() {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
