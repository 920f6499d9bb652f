import type { Json } from './openapi-components.ts';

const problem = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
const json = (description: string, schema: Json): Json => ({
  description,
  content: { 'application/json': { schema } },
});
const status = { type: 'object', required: ['status'], properties: { status: { type: 'string' } } };

/** What is served without a procedure behind it. */
export const rawPaths: Json = {
  '/.well-known/jwks.json': {
    get: {
      operationId: 'jwks',
      tags: ['Identity'],
      summary: 'The public keys of access tokens',
      security: [],
      responses: {
        200: json('A JSON Web Key Set (RFC 7517)', {
          type: 'object',
          required: ['keys'],
          properties: { keys: { type: 'array', items: { type: 'object' } } },
        }),
      },
    },
  },
  '/auth/oidc': {
    get: {
      operationId: 'oidcBegin',
      tags: ['Identity'],
      summary: 'Sign in through the OpenID Connect provider of the store',
      description: 'To be opened in a browser. There is no such path in a store without a provider.',
      security: [],
      responses: { 302: { description: 'To the provider' }, 404: problem('The store has no provider') },
    },
  },
  '/auth/oidc/callback': {
    get: {
      operationId: 'oidcCallback',
      tags: ['Identity'],
      summary: 'Where the provider sends the browser back to',
      security: [],
      parameters: ['code', 'state', 'error'].map((name) => ({ name, in: 'query', schema: { type: 'string' } })),
      responses: {
        200: json('Logged in', { $ref: '#/components/schemas/LoginResult' }),
        400: problem('The provider refused, or another browser began this'),
        404: problem('The store has no provider'),
      },
    },
  },
  '/health/live': {
    get: {
      operationId: 'healthLive',
      tags: ['Operations'],
      summary: 'Whether the process lives',
      security: [],
      responses: { 200: json('It does', status) },
    },
  },
  '/health/ready': {
    get: {
      operationId: 'healthReady',
      tags: ['Operations'],
      summary: 'Whether requests should be sent here',
      security: [],
      responses: {
        200: json('They should', status),
        503: json('The database is lost, or the process is on its way out', status),
      },
    },
  },
  '/media/{name}': {
    get: {
      operationId: 'media',
      tags: ['Media'],
      summary: 'A picture',
      security: [],
      parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }],
      responses: {
        200: {
          description: 'The picture; what a name stands for never changes',
          content: Object.fromEntries(['png', 'webp', 'jpeg', 'avif'].map((type) => [`image/${type}`, {}])),
        },
        304: { description: 'Not changed' },
        404: problem('There is no such picture'),
      },
    },
  },
  '/webhooks/stripe': {
    post: {
      operationId: 'stripeWebhook',
      tags: ['Webhooks'],
      summary: 'Events from Stripe, signed by `Stripe-Signature`',
      security: [],
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
      responses: { 200: { description: 'Kept; the worker applies it' }, 400: problem('The signature is wrong or old') },
    },
  },
};
