import { type Db, signingKeys, type Tx, transaction } from '@cartwright/db';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { Clock } from '../../kit/clock.ts';
import type { Ids } from '../../kit/ids.ts';
import { createSealer, type Sealer } from '../../kit/seal.ts';

export interface KeyRing {
  /** What new tokens are signed with; absent when no key of the table was sealed with our secret. */
  signer: { kid: string; privateKey: CryptoKey } | undefined;
  publicKeys: ReadonlyMap<string, { key: CryptoKey; jwk: JWK }>;
  readAt: number;
}

/** A removed or retired key is noticed this soon. */
const MAX_AGE_MS = 5_000;
/** An unknown key id asks for the keys again, but not more often than this. */
const MIN_AGE_MS = 1_000;
/** Tokens of a retired key are valid until they expire. */
const RETIRED_KEY_LIFE_MS = 10 * 60_000;
const ALGORITHM = 'ES256';

/** Our signing keys, read from the database and remembered for seconds. The first one to sign makes the first key. */
export class SigningKeySet {
  readonly #options: { db: Db; clock: Clock; ids: Ids; authSecret: string };
  readonly #sealer: Sealer;
  #ring: KeyRing | undefined;
  #reading: Promise<KeyRing> | undefined;

  constructor(options: { db: Db; clock: Clock; ids: Ids; authSecret: string }) {
    this.#options = options;
    const { authSecret: secret, ids } = options;
    this.#sealer = createSealer({ secret, purpose: 'cartwright signing keys', ids });
  }

  /** The keys, at most five seconds old. */
  async keys(): Promise<KeyRing> {
    return this.#ring && this.#age(this.#ring) < MAX_AGE_MS ? this.#ring : this.#read();
  }

  /** The public key of that id, looked for again when it is not known yet. */
  async publicKey(kid: string): Promise<CryptoKey | undefined> {
    const ring = await this.keys();
    const known = ring.publicKeys.get(kid);
    if (known || this.#age(ring) < MIN_AGE_MS) return known?.key;
    return (await this.#read()).publicKeys.get(kid)?.key;
  }

  /** The newest key that we can sign with, made when there is none. */
  async signer(): Promise<{ kid: string; privateKey: CryptoKey }> {
    const { signer } = await this.keys();
    if (signer) return signer;
    await this.#addKey();
    const { signer: added } = await this.#read();
    if (!added) throw new Error('The signing key that was just made cannot be read.');
    return added;
  }

  #age(ring: KeyRing): number {
    const age = this.#options.clock.now().getTime() - ring.readAt;
    // A clock that was set back must not keep old keys alive.
    return age < 0 ? Number.POSITIVE_INFINITY : age;
  }

  #read(): Promise<KeyRing> {
    this.#reading ??= this.#readKeys(this.#options.db)
      .then((ring) => {
        this.#ring = ring;
        return ring;
      })
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }

  async #readKeys(reader: Db | Tx): Promise<KeyRing> {
    const now = this.#options.clock.now();
    const retiredAfter = new Date(now.getTime() - RETIRED_KEY_LIFE_MS);
    const rows = await signingKeys.listSigningKeys(reader, { retiredAfter });
    const known = this.#ring;
    const publicKeys = new Map<string, { key: CryptoKey; jwk: JWK }>();
    let signer: KeyRing['signer'];
    for (const { kid, publicJwk, privateKeySealed, retiredAt } of rows) {
      publicKeys.set(kid, known?.publicKeys.get(kid) ?? (await readPublicKey(kid, publicJwk as JWK)));
      if (signer !== undefined || retiredAt !== null) continue;
      signer = known?.signer?.kid === kid ? known.signer : await this.#open(kid, privateKeySealed);
    }
    return { signer, publicKeys, readAt: now.getTime() };
  }

  /** Every process that finds no key comes here at once; the lock lets one of them make it. */
  async #addKey(): Promise<void> {
    const { db, ids, clock } = this.#options;
    const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    const publicJwk = await exportJWK(publicKey);
    const privateJwk = await exportJWK(privateKey);
    await transaction(db, async (tx) => {
      await signingKeys.lockSigningKeys(tx);
      if ((await this.#readKeys(tx)).signer) return;
      const now = clock.now();
      const kid = ids.uuid(now);
      const privateKeySealed = this.#sealer.seal(JSON.stringify(privateJwk), kid);
      await signingKeys.insertSigningKey(tx, { kid, publicJwk, privateKeySealed, createdAt: now });
    });
  }

  /** Undefined for a key that another AUTH_SECRET has sealed: its tokens verify, but it signs no more. */
  async #open(kid: string, sealed: string): Promise<KeyRing['signer']> {
    const opened = this.#sealer.open(sealed, kid);
    if (opened === undefined) return undefined;
    const privateKey = await importJWK(JSON.parse(opened) as JWK, ALGORITHM);
    return privateKey instanceof Uint8Array ? undefined : { kid, privateKey };
  }
}

async function readPublicKey(kid: string, { kty, crv, x, y }: JWK): Promise<{ key: CryptoKey; jwk: JWK }> {
  const jwk = { kty, crv, x, y, kid, alg: ALGORITHM, use: 'sig' } as JWK;
  const key = await importJWK(jwk, ALGORITHM);
  if (key instanceof Uint8Array) throw new TypeError('Not an elliptic curve key.');
  return { key, jwk };
}
