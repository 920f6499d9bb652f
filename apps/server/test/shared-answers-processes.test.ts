import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { killAll, run } from './process.ts';
import { serverEnvironment } from './server-config.ts';
import { SharedStore } from './shared-store.ts';

let store: SharedStore;
let urls: string[];

beforeAll(async () => {
  store = await SharedStore.open();
  const env = serverEnvironment({ url: store.runtime.databaseUrl });
  const processes = [run('main.ts', env), run('main.ts', env)];
  urls = await Promise.all(processes.map(async ({ line }) => String((await line('listening'))['url'])));
});
afterAll(async () => {
  killAll();
  await store.close();
});

test('two servers show a committed change within a second, and answer from memory before and after', async () => {
  const ask = async (url: string, etag = ''): Promise<Response> =>
    fetch(`${url}/v1/products/kettle`, { headers: { 'if-none-match': etag } });
  const titles = () =>
    Promise.all(urls.map(async (url) => ((await (await ask(url)).json()) as { title: string }).title));
  expect(await titles()).toEqual(['Kettle', 'Kettle']);
  const etags = await Promise.all(urls.map(async (url) => (await ask(url)).headers.get('etag') ?? ''));
  expect(etags[0]).toBe(etags[1]);
  for (const title of ['Second', 'Third', 'Fourth']) {
    await store.run(`update products set title = '${title}' where slug = 'kettle'`);
    await vi.waitFor(async () => expect(await titles()).toEqual([title, title]), { timeout: 1_000, interval: 5 });
    const statuses = await Promise.all(urls.map(async (url, n) => (await ask(url, etags[n])).status));
    expect(statuses).toEqual([200, 200]);
  }
});
