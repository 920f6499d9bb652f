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

const providerName = { name: 'provider', in: 'path', required: true, schema: { type: 'string' } };
const linkProof = { type: 'object', required: ['linkProof'], properties: { linkProof: { type: 'string' } } };
const callbackResponses = {
  200: json('Logged in; or, when linking, the proof to send to `POST /v1/me/identities`', {
    anyOf: [{ $ref: '#/components/schemas/LoginResult' }, linkProof],
  }),
  303: {
    description: 'To the page that was asked for; with `#linkProof=…` after linking, with `#error=<code>` if it failed',
  },
  400: problem('The provider refused, another browser began this, or it was finished before'),
  403: problem('The person declined, the address is not verified, or the account is disabled'),
  404: problem('The store does not offer the provider'),
  409: problem('The address has an account that is not linked'),
  503: problem('The provider cannot be reached'),
};

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
  '/auth/{provider}': {
    get: {
      operationId: 'signInBegin',
      tags: ['Identity'],
      summary: 'Sign in through an identity provider',
      description:
        'To be opened in a browser, which is sent to the provider. `/v1/auth/providers` lists what there is.',
      security: [],
      parameters: [
        providerName,
        {
          name: 'session',
          in: 'query',
          schema: { type: 'string', enum: ['cookie'] },
          description: 'Keep the session in cookies, and end at `returnTo`.',
        },
        {
          name: 'returnTo',
          in: 'query',
          schema: { type: 'string' },
          description: 'With `session=cookie`: a page of the storefront, or of this server.',
        },
        {
          name: 'link',
          in: 'query',
          schema: { type: 'string' },
          description: 'Link instead of logging in: part of the address that `/v1/me/identities/begin` answers.',
        },
      ],
      responses: {
        302: { description: 'To the provider' },
        400: problem('The page is not one of the store, or the link is not one'),
        404: problem('The store does not offer the provider'),
        503: problem('The provider cannot be reached'),
      },
    },
  },
  '/auth/{provider}/callback': {
    get: {
      operationId: 'signInCallback',
      tags: ['Identity'],
      summary: 'Where a provider sends the browser back to',
      description: 'Works once, in the browser that left, for ten minutes.',
      security: [],
      parameters: [
        providerName,
        ...['code', 'state', 'iss', 'error'].map((name) => ({ name, in: 'query', schema: { type: 'string' } })),
      ],
      responses: callbackResponses,
    },
    post: {
      operationId: 'signInFormCallback',
      tags: ['Identity'],
      summary: 'The same for Apple, which sends a form',
      security: [],
      parameters: [providerName],
      requestBody: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': {
            schema: {
              type: 'object',
              properties: Object.fromEntries(
                ['code', 'state', 'error', 'user'].map((name) => [name, { type: 'string' }]),
              ),
            },
          },
        },
      },
      responses: callbackResponses,
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
