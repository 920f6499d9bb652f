import { MEDIA_WIDTHS } from '@cartwright/api';
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

const pathText = (name: string): Json => ({ name, in: 'path', required: true, schema: { type: 'string' } });
const conditions = ['If-None-Match', 'Range', 'If-Range'].map((name) => ({
  name,
  in: 'header',
  schema: { type: 'string' },
}));
const pictures = Object.fromEntries(['png', 'webp', 'jpeg', 'avif'].map((type) => [`image/${type}`, {}]));
const pictureResponses = (said: string): Json => ({
  200: { description: said, content: pictures },
  206: { description: 'The part that `Range` asks for', content: pictures },
  304: { description: 'Not changed' },
  404: problem('There is no such picture'),
  416: problem('There is nothing in the part that `Range` asks for'),
});

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
      operationId: 'mediaFile',
      tags: ['Media'],
      summary: 'A picture that was put among the others under a name, such as those of the demo',
      security: [],
      parameters: [pathText('name'), ...conditions],
      responses: pictureResponses('What a name stands for never changes'),
    },
  },
  '/media/{hash}/{shape}/{width}': {
    get: {
      operationId: 'media',
      tags: ['Media'],
      summary: 'An uploaded picture in one shape and width',
      description:
        'In AVIF, WebP or JPEG, whichever of those that `Accept` names is best. Until the AVIF is made, another one is answered, to be kept for a minute.',
      security: [],
      parameters: [
        pathText('hash'),
        { ...pathText('shape'), description: '`fit`, or `square`, `4x5`, `16x9` with the focal point: `square-50x50`' },
        { ...pathText('width'), schema: { type: 'integer', enum: [...MEDIA_WIDTHS] } },
        { name: 'Accept', in: 'header', schema: { type: 'string' } },
        ...conditions,
      ],
      responses: {
        ...pictureResponses('What an address shows never changes'),
        307: { description: 'Where the shape is shown with its focal point, when none was named' },
        503: problem('Too many pictures are being made, or the store of pictures cannot be reached'),
      },
    },
  },
  '/media/uploads/{uploadId}': {
    put: {
      operationId: 'mediaReceive',
      tags: ['Media'],
      summary: 'The bytes of an upload, where pictures are kept in a folder',
      description: 'To the address that `POST /v1/admin/media/uploads` answers; its token is all the proof it needs.',
      security: [],
      parameters: [pathText('uploadId'), { name: 'token', in: 'query', required: true, schema: { type: 'string' } }],
      requestBody: {
        required: true,
        content: Object.fromEntries(['jpeg', 'png', 'gif', 'webp', 'avif'].map((type) => [`image/${type}`, {}])),
      },
      responses: {
        204: { description: 'They have arrived; complete the upload now' },
        404: problem('There is no such upload, or the token is not its own'),
        409: problem('The upload has expired or is completed'),
        422: problem('They are not what the upload was begun for'),
        429: problem('Too many requests'),
        503: problem('The store of pictures cannot be reached'),
      },
    },
  },
  '/v1/admin/media': {
    post: {
      operationId: 'mediaUpload',
      tags: ['Media'],
      summary: 'Upload a picture in a form',
      description: 'Needs the permission `catalog:write`. The same picture again is answered as it is.',
      security: [{ bearerAuth: [] }, { cookieAuth: [] }],
      requestBody: {
        required: true,
        content: {
          'multipart/form-data': {
            schema: {
              type: 'object',
              required: ['file'],
              properties: {
                file: { type: 'string', format: 'binary' },
                alt: { type: 'string', maxLength: 500, description: 'What there is to say where it cannot be seen' },
              },
            },
          },
        },
      },
      responses: {
        201: json('The picture', { $ref: '#/components/schemas/MediaAsset' }),
        ...Object.fromEntries(
          [
            [400, 'The form is not as it should be'],
            [401, 'Nobody is logged in'],
            [403, 'The account lacks the permission'],
            [413, 'The file is too large'],
            [415, 'The file is no picture of a kind that is taken'],
            [422, 'The picture cannot be read, or is too large to be worked on'],
            [429, 'Too many requests'],
            [503, 'Too many pictures are being worked on, or the store of pictures cannot be reached'],
          ].map(([status, text]) => [status, problem(String(text))]),
        ),
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
