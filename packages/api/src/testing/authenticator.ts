import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { RouterInputs, RouterOutputs } from '../contract.ts';

type CreationOptions = RouterOutputs['secondFactor']['registrationOptions'];
type RequestOptions = RouterOutputs['secondFactor']['passkeyOptions'];
export type Registration = RouterInputs['secondFactor']['registerPasskey']['passkey'];
export type Assertion = RouterInputs['secondFactor']['passkeyLogin']['passkey'];

/** What an answer says instead of the truth, and how it is attested. */
export interface Lies {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  crossOrigin?: boolean;
  /** Bits of the flags byte (WebAuthn § 6.1) to leave out. */
  without?: number;
  signCount?: number;
  userHandle?: string | undefined;
  attestation?: 'none' | 'self' | 'certificate';
}

export const USER_PRESENT = 0x01;
export const USER_VERIFIED = 0x04;
const ATTESTED = 0x40;
const AAGUID = Buffer.alloc(16);

/** An authenticator in software with one passkey (ES256), in a browser on a page of `origin`. */
export function createAuthenticator(origin = 'http://localhost:3000') {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const credentialId = randomBytes(32);
  const id = credentialId.toString('base64url');
  let signCount = 0;
  let userHandle: string | undefined;

  const signed = (...parts: Buffer[]): Buffer => sign('sha256', Buffer.concat(parts), privateKey);

  function clientData(type: string, challenge: string, lies: Lies): Buffer {
    const { crossOrigin = false } = lies;
    const said = { type: lies.type ?? type, challenge: lies.challenge ?? challenge, origin: lies.origin ?? origin };
    return Buffer.from(JSON.stringify({ ...said, crossOrigin }));
  }

  function authenticatorData(rpId: string, lies: Lies, attested = Buffer.alloc(0)): Buffer {
    signCount += 1;
    const flags = (USER_PRESENT | USER_VERIFIED | (attested.length > 0 ? ATTESTED : 0)) & ~(lies.without ?? 0);
    const count = Buffer.alloc(5);
    count.writeUInt8(flags);
    count.writeUInt32BE(lies.signCount ?? signCount, 1);
    return Buffer.concat([sha256(lies.rpId ?? rpId), count, attested]);
  }

  return {
    id,
    /** The passkey for `navigator.credentials.create(options)`. */
    create(options: CreationOptions, lies: Lies = {}): Registration {
      userHandle = options.user.id;
      const jwk = publicKey.export({ format: 'jwk' });
      const cose = new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(jwk.x ?? '', 'base64url')],
        [-3, Buffer.from(jwk.y ?? '', 'base64url')],
      ]);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      const attested = Buffer.concat([AAGUID, length, credentialId, cbor(cose)]);
      const authData = authenticatorData(options.rp.id, lies, attested);
      const client = clientData('webauthn.create', options.challenge, lies);
      const attestation = lies.attestation ?? 'none';
      const sig = signed(authData, sha256(client));
      const statement = new Map<string, unknown>(
        attestation === 'none'
          ? []
          : [
              ['alg', -7],
              ['sig', sig],
            ],
      );
      if (attestation === 'certificate') statement.set('x5c', [randomBytes(300)]);
      const object = new Map<string, unknown>([
        ['fmt', attestation === 'none' ? 'none' : 'packed'],
        ['attStmt', statement],
        ['authData', authData],
      ]);
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: client.toString('base64url'),
          attestationObject: cbor(object).toString('base64url'),
          transports: ['internal'],
        },
      };
    },
    /** Its answer to `navigator.credentials.get(options)`. */
    get(options: RequestOptions, lies: Lies = {}): Assertion {
      const authData = authenticatorData(options.rpId, lies);
      const client = clientData('webauthn.get', options.challenge, lies);
      const handle = 'userHandle' in lies ? lies.userHandle : userHandle;
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: signed(authData, sha256(client)).toString('base64url'),
          ...(handle !== undefined && { userHandle: handle }),
        },
      };
    },
  };
}
export type Authenticator = ReturnType<typeof createAuthenticator>;

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();

/** As much of CBOR (RFC 8949) as WebAuthn needs: integers, bytes, text, lists and maps. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  if (value instanceof Map) return Buffer.concat([head(5, value.size), ...[...value].flat().map(cbor)]);
  throw new TypeError(`No CBOR for ${typeof value}`);
}

function head(major: number, count: number): Buffer {
  if (count < 24) return Buffer.from([(major << 5) | count]);
  if (count < 256) return Buffer.from([(major << 5) | 24, count]);
  return Buffer.from([(major << 5) | 25, count >> 8, count & 255]);
}
