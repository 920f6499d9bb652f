import { z } from 'zod';
import { PageInput } from '../../../kit/page.ts';
import { text, uuid } from '../../../kit/text.ts';
import { PermissionNames } from '../roles/schema.ts';

export const MAX_LIFE_DAYS = 365;

export const ApiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string().describe('How the key begins'),
    permissions: z.array(z.string()).describe('What it can do at most: never more than whoever made it'),
    createdBy: z.object({ id: z.uuid(), email: z.string() }),
    createdAt: z.date(),
    expiresAt: z.date(),
    lastUsedAt: z.date().nullable().describe('To the minute'),
    revokedAt: z.date().nullable(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof ApiKey>;

export const ApiKeyList = z.object({ items: z.array(ApiKey), nextCursor: z.string().nullable() });
export type ApiKeyList = z.infer<typeof ApiKeyList>;

export const ListApiKeysInput = z.strictObject(PageInput);
export type ListApiKeysInput = z.infer<typeof ListApiKeysInput>;

export const CreateApiKeyInput = z.strictObject({
  name: text(100).describe('What uses it'),
  permissions: PermissionNames.min(1),
  expiresInDays: z.int().min(1).max(MAX_LIFE_DAYS).default(90),
});
export type CreateApiKeyInput = z.infer<typeof CreateApiKeyInput>;

export const CreatedApiKey = z.object({
  key: z.string().describe('Shown this once: send it as `Authorization: Bearer …`'),
  apiKey: ApiKey,
});
export type CreatedApiKey = z.infer<typeof CreatedApiKey>;

export const RevokeApiKeyInput = z.strictObject({ apiKeyId: uuid });
export type RevokeApiKeyInput = z.infer<typeof RevokeApiKeyInput>;
