import { afterEach, expect, test, vi } from 'vitest';
import { redeemCode } from './redeem-code.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('a token endpoint that does not answer is given up after five seconds', async () => {
  vi.useFakeTimers();
  const redeemed = redeemCode(new Promise(() => {}), String).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await redeemed).toMatchObject({ code: 'identity_provider_unavailable', retryAfterSeconds: 5 });
});
