import { type Db, signingKeys, type Tx, transaction } from '@cartwright/db';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { Clock } from '../../kit/clock.ts';
import type { Ids } from '../../kit/ids.ts';
import { createSealer, type Sealer } from '../../kit/seal.ts';
import { RETIRED_KEY_LIFE_MS, signersAmong } from './key-life.ts';

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

  /** Whether it is known without asking that the key is good. */
  isFresh(kid: string, now: number): boolean {
    const ring = this.#ring;
    if (ring === undefined || now < ring.readAt || now - ring.readAt >= MAX_AGE_MS) return false;
    return ring.publicKeys.has(kid);
  }

  /** The public key of that id, looked for again when it is not known yet. */
  async publicKey(kid: string): Promise<CryptoKey | undefined> {
    const ring = await this.keys();
    const known = ring.publicKeys.get(kid);
    if (known || this.#age(ring) < MIN_AGE_MS) return known?.key;
    return (await this.#read()).publicKeys.get(kid)?.key;
  }

  /** The key to sign with, made when there is none. */
  async signer(): Promise<{ kid: string; privateKey: CryptoKey }> {
    const { signer } = await this.keys();
    if (signer) return signer;
    await this.#addKey();
    const { signer: added } = await this.#read();
    if (!added) throw new Error('The signing key that was just made cannot be read.');
    return added;
  }

  /** Asks for the keys anew when they are needed next. */
  forget(): void {
    this.#ring = undefined;
    this.#reading = undefined;
  }

  /** A new pair, the private half sealed; in use once it is inserted. */
  async makeKey(): Promise<signingKeys.NewSigningKey> {
    const { ids, clock } = this.#options;
    const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    const createdAt = clock.now();
    const kid = ids.uuid(createdAt);
    const privateKeySealed = this.#sealer.seal(JSON.stringify(await exportJWK(privateKey)), kid);
    return { kid, publicJwk: await exportJWK(publicKey), privateKeySealed, createdAt };
  }

  #age(ring: KeyRing): number {
    const age = this.#options.clock.now().getTime() - ring.readAt;
    // A clock that was set back must not keep old keys alive.
    return age < 0 ? Number.POSITIVE_INFINITY : age;
  }

  #read(): Promise<KeyRing> {
    if (this.#reading) return this.#reading;
    const reading = this.#readKeys(this.#options.db)
      .then((ring) => {
        // Unless it was told to forget meanwhile: then these may be the keys of before.
        if (this.#reading === reading) this.#ring = ring;
        return ring;
      })
      .finally(() => {
        if (this.#reading === reading) this.#reading = undefined;
      });
    this.#reading = reading;
    return reading;
  }

  async #readKeys(reader: Db | Tx): Promise<KeyRing> {
    const now = this.#options.clock.now();
    const retiredAfter = new Date(now.getTime() - RETIRED_KEY_LIFE_MS);
    const rows = await signingKeys.listSigningKeys(reader, { retiredAfter });
    const known = this.#ring;
    const publicKeys = new Map<string, { key: CryptoKey; jwk: JWK }>();
    for (const { kid, publicJwk } of rows) {
      publicKeys.set(kid, known?.publicKeys.get(kid) ?? (await readPublicKey(kid, publicJwk as JWK)));
    }
    let signer: KeyRing['signer'];
    for (const { kid, privateKeySealed } of signersAmong(rows, now)) {
      signer ??= known?.signer?.kid === kid ? known.signer : await this.#open(kid, privateKeySealed);
    }
    return { signer, publicKeys, readAt: now.getTime() };
  }

  /** Every process that finds no key comes here at once; the lock lets one of them make it. */
  async #addKey(): Promise<void> {
    const key = await this.makeKey();
    await transaction(this.#options.db, async (tx) => {
      await signingKeys.lockSigningKeys(tx);
      if ((await this.#readKeys(tx)).signer === undefined) await signingKeys.insertSigningKey(tx, key);
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
