import { z } from 'zod';

/** What a browser says it was asked (WebAuthn § 5.8.1), as far as we look at it ourselves. */
const ClientData = z.object({ challenge: z.string().regex(/^[\w-]{1,200}$/), crossOrigin: z.boolean().optional() });

/** The challenge that an answer is for; undefined when there is none, or the page was a frame in somebody else's. */
export function challengeOf(clientDataJSON: string): string | undefined {
  let text: unknown;
  try {
    text = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  const { data } = ClientData.safeParse(text);
  return data === undefined || data.crossOrigin ? undefined : data.challenge;
}
