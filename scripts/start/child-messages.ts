import type { SetupResult } from './banner.ts';

/** The address in the line a simulator prints once it listens. */
export function readyUrl(line: string): string | undefined {
  const message = parseJson(line);
  return message?.['ready'] === true && typeof message['url'] === 'string' ? message['url'] : undefined;
}

/** The one line of `cartwright ops setup --json`. */
export function readSetup(line: string): SetupResult | undefined {
  const message = parseJson(line);
  if (message === undefined || typeof message['adminEmail'] !== 'string') return undefined;
  const password = message['adminPassword'];
  return {
    adminEmail: message['adminEmail'],
    adminPassword: typeof password === 'string' ? password : null,
    seeded: message['seeded'] === true,
  };
}

function parseJson(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
