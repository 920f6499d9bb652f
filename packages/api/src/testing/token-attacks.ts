import { createHmac, randomBytes } from 'node:crypto';
import {
  CompactEncrypt,
  CompactSign,
  calculateJwkThumbprint,
  decodeJwt,
  exportJWK,
  exportSPKI,
  FlattenedSign,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { csrfTokenOf } from '../domains/auth/csrf-token.ts';
import { createAccessTokens } from '../domains/auth/jwt-access-tokens.ts';
import { issueOneTimeToken, oneTimeToken } from '../domains/auth/one-time-token.ts';
import { SigningKeySet } from '../domains/auth/signing-key-set.ts';
import { hmac } from '../kit/ids.ts';
import { inTransaction } from '../kit/transaction.ts';
import { openAccount, type TestAccount } from './accounts.ts';
import { makeCtx, type TestRuntime } from './index.ts';

/** All that an attacker could wish for: a genuine token, our public key, and even our private one. */
export interface Forger {
  runtime: TestRuntime;
  account: TestAccount;
  other: TestAccount;
  claims: JWTPayload & { exp: number; iat: number };
  kid: string;
  publicKey: CryptoKey;
  privateKey: CryptoKey;
}

export async function openForger(runtime: TestRuntime): Promise<Forger> {
  const [account, other] = [await openAccount(runtime), await openAccount(runtime)];
  const keySet = new SigningKeySet({ ...runtime, authSecret: runtime.config.authSecret });
  const { kid, privateKey } = await keySet.signer();
  const publicKey = await keySet.publicKey(kid);
  if (publicKey === undefined) throw new Error('No key');
  const { exp = 0, iat = 0, ...claims } = decodeJwt(account.accessToken);
  return { runtime, account, other, claims: { ...claims, exp, iat }, kid, publicKey, privateKey };
}

type Forge = (forger: Forger) => string | Promise<string>;
type CryptoKey = Parameters<typeof exportSPKI>[0];

const encode = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const headerOf = ({ kid }: Forger, more: object = {}) => ({ alg: 'ES256', typ: 'JWT', kid, ...more });
const partsOf = ({ account }: Forger) => account.accessToken.split('.') as [string, string, string];

/** The genuine claims under another header, with whatever for a signature. */
const withHeader =
  (more: object, signature: (forger: Forger) => string = () => ''): Forge =>
  (forger) =>
    `${encode(headerOf(forger, more))}.${partsOf(forger)[1]}.${signature(forger)}`;
const genuineSignature = (forger: Forger) => partsOf(forger)[2];

/** Signed with a secret that is none: what a verifier falls for that lets the token choose the algorithm. */
const macSigned =
  (alg: string, secretOf: (forger: Forger) => string | Buffer | Promise<string | Buffer>): Forge =>
  async (forger) => {
    const text = `${encode(headerOf(forger, { alg }))}.${partsOf(forger)[1]}`;
    const hash = { HS384: 'sha384', HS512: 'sha512' }[alg] ?? 'sha256';
    return `${text}.${createHmac(hash, await secretOf(forger))
      .update(text)
      .digest('base64url')}`;
  };

/** Signed with our own key: only the claims are wrong. */
const signedByUs =
  (changed: object, header: object = {}): Forge =>
  (forger) =>
    new SignJWT({ ...forger.claims, ...changed })
      .setProtectedHeader({ ...headerOf(forger), ...header } as never)
      .sign(forger.privateKey);

/** The claims of the forger, signed as we would. */
export const signAsWeDo: (forger: Forger) => Promise<string> = (forger) =>
  new SignJWT(forger.claims).setProtectedHeader(headerOf(forger)).sign(forger.privateKey);

const signedByUsWithout =
  (claim: string): Forge =>
  (forger) => {
    const claims = Object.fromEntries(Object.entries(forger.claims).filter(([name]) => name !== claim));
    return new SignJWT(claims).setProtectedHeader(headerOf(forger)).sign(forger.privateKey);
  };

const rawSignedByUs =
  (payloadOf: (forger: Forger) => string): Forge =>
  (forger) =>
    new CompactSign(Buffer.from(payloadOf(forger))).setProtectedHeader(headerOf(forger)).sign(forger.privateKey);

/** Signed with a key of the attacker's, which the header may bring along. */
const signedByThem =
  (headerWith: (theirs: { publicKey: CryptoKey }) => object | Promise<object> = () => ({})): Forge =>
  async (forger) => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const header = { ...headerOf(forger), ...(await headerWith({ publicKey })) };
    return new SignJWT(forger.claims).setProtectedHeader(header as never).sign(privateKey);
  };

/** A store of somebody else's, or another environment of ours: another secret, other keys. */
async function otherStore(forger: Forger, options: { authSecret: string; issuer: string }): Promise<string> {
  const { runtime, account } = forger;
  const tokens = createAccessTokens({ ...runtime, ...options });
  const who = { userId: account.id, sessionId: account.sessionId, authenticatedAt: runtime.clock.now() };
  return (await tokens.sign({ ...who, roles: ['customer'] })).accessToken;
}

const bigSignature = (first: number, fill: number) => Buffer.alloc(64, fill).fill(first, 0, 1).toString('base64url');
const ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';

/** Texts that must open nothing, each with its name. */
export const forgeries: readonly [string, Forge][] = [
  ['nothing', () => ''],
  ['text', () => 'not-a-token'],
  ['two dots', () => '..'],
  ['alg none', withHeader({ alg: 'none' })],
  ['alg None', withHeader({ alg: 'None' })],
  ['alg nOnE', withHeader({ alg: 'nOnE' })],
  ['alg NONE with the genuine signature', withHeader({ alg: 'NONE' }, genuineSignature)],
  ['no alg', withHeader({ alg: undefined }, genuineSignature)],
  ['alg that is a list', withHeader({ alg: ['ES256', 'none'] }, genuineSignature)],
  ['alg HS256, the public key as PEM for a secret', macSigned('HS256', ({ publicKey }) => exportSPKI(publicKey))],
  [
    'alg HS256, the public key as PEM without its last line break',
    macSigned('HS256', async ({ publicKey }) => (await exportSPKI(publicKey)).trim()),
  ],
  [
    'alg HS256, the public key as JWK',
    macSigned('HS256', async ({ publicKey }) => JSON.stringify(await exportJWK(publicKey))),
  ],
  [
    'alg HS256, a coordinate of the public key',
    macSigned('HS256', async ({ publicKey }) => Buffer.from((await exportJWK(publicKey)).x ?? '', 'base64url')),
  ],
  ['alg HS256, the kid for a secret', macSigned('HS256', ({ kid }) => kid)],
  ['alg HS256, an empty secret', macSigned('HS256', () => '')],
  ['alg HS384, the public key', macSigned('HS384', ({ publicKey }) => exportSPKI(publicKey))],
  ['alg HS512, the public key', macSigned('HS512', ({ publicKey }) => exportSPKI(publicKey))],
  ['alg ES256, a MAC for a signature', macSigned('ES256', ({ publicKey }) => exportSPKI(publicKey))],
  ...['RS256', 'PS256', 'ES384', 'ES512', 'EdDSA', 'es256'].map((alg): [string, Forge] => [
    `alg ${alg} with the genuine signature`,
    withHeader({ alg }, genuineSignature),
  ]),
  ['an empty signature', withHeader({})],
  ['a signature of zeros', withHeader({}, () => bigSignature(0, 0))],
  [
    'a signature of the order of the curve',
    withHeader({}, () => Buffer.from(ORDER + ORDER, 'hex').toString('base64url')),
  ],
  ['a signature that is too long', (forger) => `${forger.account.accessToken}AAAA`],
  ['a truncated signature', ({ account }) => account.accessToken.slice(0, -10)],
  ['a truncated payload', ({ account }) => account.accessToken.replace(/\.(.{20}).*\./, '.$1.')],
  ['no header', (forger) => `.${partsOf(forger).slice(1).join('.')}`],
  ['two parts', (forger) => partsOf(forger).slice(0, 2).join('.')],
  ['four parts', (forger) => `${forger.account.accessToken}.${genuineSignature(forger)}`],
  [
    'the signature of another token',
    (forger) => `${partsOf(forger).slice(0, 2).join('.')}.${forger.other.accessToken.split('.')[2]}`,
  ],
  [
    'claims of another account under the genuine signature',
    (forger) =>
      `${partsOf(forger)[0]}.${encode({ ...forger.claims, sub: forger.other.id })}.${genuineSignature(forger)}`,
  ],
  ['another key under our kid', signedByThem()],
  ['another key under its own kid', signedByThem(() => ({ kid: 'theirs' }))],
  [
    'another key under its thumbprint',
    signedByThem(async ({ publicKey }) => ({ kid: await calculateJwkThumbprint(await exportJWK(publicKey)) })),
  ],
  ['another key in jwk', signedByThem(async ({ publicKey }) => ({ jwk: await exportJWK(publicKey) }))],
  [
    'another key in jwk, and no kid',
    signedByThem(async ({ publicKey }) => ({ jwk: await exportJWK(publicKey), kid: undefined })),
  ],
  ['another key by jku', signedByThem(() => ({ jku: 'http://127.0.0.1:9/jwks.json' }))],
  ['another key by x5u', signedByThem(() => ({ x5u: 'http://127.0.0.1:9/cert.pem' }))],
  ['another key in x5c', signedByThem(() => ({ x5c: [randomBytes(200).toString('base64')] }))],
  ['no kid', signedByUs({}, { kid: undefined })],
  ...(
    [
      ['a path', '../../../../../../dev/null'],
      ['SQL', "' union select 'AA' --"],
      ['a URL', 'https://evil.example/key'],
      ['a command', '| /bin/true'],
      ['text with NUL', 'key\0'],
      ['a name of every object', '__proto__'],
      ['a number', 1],
      ['a list', ['theirs']],
      ['an endless text', 'k'.repeat(1_000)],
    ] as const
  ).map(([what, kid]): [string, Forge] => [`a kid that is ${what}`, signedByThem(() => ({ kid }))]),
  ['expired', (forger) => signedByUs({ exp: forger.claims.iat - 1 })(forger)],
  ['expired in this second', (forger) => signedByUs({ exp: forger.claims.iat })(forger)],
  ['an expiry in words', signedByUs({ exp: '2999-01-01' })],
  ['an expiry without end', rawSignedByUs(({ claims }) => JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e999'))],
  ['valid in the future only', (forger) => signedByUs({ nbf: forger.claims.iat + 60 })(forger)],
  ['another issuer', signedByUs({ iss: 'https://evil.example' })],
  ['a list of issuers', (forger) => signedByUs({ iss: [forger.claims.iss, 'https://evil.example'] })(forger)],
  ['another audience', signedByUs({ aud: 'somebody-else' })],
  ['typ refresh', signedByUs({ typ: 'refresh' })],
  ['typ id', signedByUs({ typ: 'ID' })],
  ['another account than the session has', (forger) => signedByUs({ sub: forger.other.id })(forger)],
  ['a session that never was', signedByUs({ sid: 'x'.repeat(40) })],
  ['a session id that is no text', signedByUs({ sid: { $ne: null } })],
  ['a proof of when that is no number', signedByUs({ auth_time: '1' })],
  ...['iss', 'aud', 'sub', 'sid', 'typ', 'auth_time', 'iat', 'exp', 'jti'].map((claim): [string, Forge] => [
    `no ${claim}`,
    signedByUsWithout(claim),
  ]),
  [
    'the same claim twice, the genuine one first',
    rawSignedByUs(({ claims, other }) => JSON.stringify(claims).replace(/}$/, `,"sub":"${other.id}"}`)),
  ],
  [
    'the same claim twice under the genuine signature',
    (forger) => {
      const payload = JSON.stringify(forger.claims).replace(/^{/, `{"sub":"${forger.other.id}",`);
      return `${partsOf(forger)[0]}.${encode(payload)}.${genuineSignature(forger)}`;
    },
  ],
  ['claims that are no object', rawSignedByUs(() => '"admin"')],
  ['claims that are no JSON', rawSignedByUs(() => '{')],
  [
    'a payload that is not encoded (b64)',
    async (forger) => {
      const header = headerOf(forger, { b64: false, crit: ['b64'] });
      const payload = Buffer.from(JSON.stringify(forger.claims));
      const signed = await new FlattenedSign(payload).setProtectedHeader(header).sign(forger.privateKey);
      return `${signed.protected}.${payload.toString('base64url')}.${signed.signature}`;
    },
  ],
  ['b64 under the genuine signature', withHeader({ b64: false }, genuineSignature)],
  ['an unknown critical header', withHeader({ crit: ['x'], x: 1 }, genuineSignature)],
  ['an empty list of critical headers', withHeader({ crit: [] }, genuineSignature)],
  ['a huge token', signedByUs({ pad: 'x'.repeat(4_000) })],
  ['the genuine token with padding', ({ account }) => `${account.accessToken}=`],
  ['the genuine token in the other alphabet', ({ account }) => account.accessToken.replace(/.$/, '+')],
  [
    'an encrypted token',
    (forger) =>
      new CompactEncrypt(Buffer.from(forger.account.accessToken))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: forger.kid, cty: 'JWT' })
        .encrypt(Buffer.alloc(32)),
  ],
  ['a token within a token', rawSignedByUs(({ account }) => account.accessToken)],
  ['a refresh token', ({ account }) => account.refreshToken],
  ['a session id', ({ account }) => account.sessionId],
  ['a CSRF token', ({ runtime, account }) => csrfTokenOf(runtime.config.authSecret, account.sessionId)],
  ['a one-time token', oneTimeTokenOf],
  [
    'what is signed for another purpose',
    ({ runtime, claims }) => hmac(runtime.config.authSecret, 'order-token', claims.sub ?? ''),
  ],
  [
    'a token of another environment',
    (forger) =>
      otherStore(forger, { authSecret: 'the secret of staging, of 40 characters!', issuer: 'https://staging.example' }),
  ],
  [
    'a token of another store with the same keys',
    (forger) => otherStore(forger, { authSecret: forger.runtime.config.authSecret, issuer: 'https://other.example' }),
  ],
];

/** The secret of a link in a mail, as its owner gets it. */
async function oneTimeTokenOf({ runtime, account }: Forger): Promise<string> {
  const { authSecret } = runtime.config;
  const id = runtime.ids.uuid(runtime.clock.now());
  const token = { authSecret, id, userId: account.id, purpose: 'reset_password' as const };
  await inTransaction(makeCtx(runtime), (ctx) => issueOneTimeToken(ctx, token));
  return oneTimeToken(authSecret, id);
}
