import { unavailable } from './unavailable.ts';

/** How long any one request to a provider may take. */
export const TIMEOUT_MS = 5_000;

/** The JSON at an address of a provider, which is not followed elsewhere. Throws `identity_provider_unavailable`. */
export async function fetchJson(url: string | URL, headers: Record<string, string> = {}): Promise<unknown> {
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
    return await response.json();
  } catch (error) {
    throw unavailable(error);
  }
}
