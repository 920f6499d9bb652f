import { type CartwrightClient, createCartwrightClient, type RetryOptions } from '@cartwright/client';
import { type Cli, usageError } from '../cli.ts';
import { httpUrl } from '../commands/values.ts';
import { fileTokenStore, sessionFile } from './file-token-store.ts';

/**
 * The client of the store that was named, with the environment's API key or credentials, or the kept session. What is
 * dangerous asks whoever runs the command to prove again who they are, and goes on.
 */
export function connect(cli: Cli, retry: RetryOptions = { attempts: 3 }): CartwrightClient {
  const { configDir, credentials, apiKey } = cli.config;
  const url = httpUrl(cli.url);
  if (url === undefined) throw usageError(`CARTWRIGHT_URL is "${cli.url}", not an http address.`);
  if (apiKey !== undefined) {
    if (credentials !== undefined)
      throw usageError('Set CARTWRIGHT_API_KEY, or CARTWRIGHT_EMAIL and CARTWRIGHT_PASSWORD, not both.');
    return createCartwrightClient({ url, apiKey, retry });
  }
  return createCartwrightClient({
    url,
    tokens: fileTokenStore(sessionFile(configDir, url, credentials?.email)),
    retry,
    onStepUp: async (methods) => (await import('./ask-proof.ts')).askProof(cli, methods),
    ...(credentials && { credentials }),
  });
}

/** For what is about a session. Throws a usage error. */
export function assertNoApiKey({ config }: Cli): void {
  if (config.apiKey === undefined) return;
  throw usageError('CARTWRIGHT_API_KEY is set: commands use it, and no session.');
}
