import { z } from 'zod';

/** What the token of a change of address says. */
export const EmailChange = z.object({ from: z.string(), to: z.string() });

/** A mail about a change of address: the link, the notice of its request, the notice that it has happened. */
export const EmailChangeFact = z.object({ tokenId: z.uuid(), tell: z.enum(['confirm', 'asked', 'done']) });
export type EmailChangeFact = z.infer<typeof EmailChangeFact>;
