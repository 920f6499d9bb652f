import type { Db } from '@cartwright/db';
import { decodeProtectedHeader, errors as joseErrors, jwtVerify, SignJWT } from 'jose';
import { type Actor, permissionsOfRoles, userIdOf } from '../../kit/actor.ts';
import { BoundedMap } from '../../kit/bounded-map.ts';
import { type Clock, instantOfSeconds } from '../../kit/clock.ts';
import type { Ids } from '../../kit/ids.ts';
import type { AccessTokens } from './access-tokens.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import type { Impersonator, Session, SessionOwner } from './session-store.ts';
import { SigningKeySet } from './signing-key-set.ts';

const LIFE_SECONDS = 300;
const AUDIENCE = 'cartwright-api';
const TYPE = 'access';
const ALGORITHM = 'ES256';
/** Ours are about 500 characters; a longer one is not worth looking at. */
const MAX_LENGTH = 2_048;
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const RECHECK_MS = 5_000;
const MAX_REMEMBERED = 10_000;

/** A token whose signature and claims were found right; they cannot turn wrong before `expiresAt`. */
interface VerifiedToken {
  kid: string;
  userId: string;
  sessionId: string;
  authenticatedAt: Date;
  /** The member of staff who acts as the user, if it says so. */
  impersonatorId: string | undefined;
  expiresAt: number;
  /** The actor that it stands for, made of what the session's check said: most requests make none. */
  shown?: { of: Actor; as: Actor };
}

/** What the database said of a session; no actor when it has ended or its owner is disabled. */
interface SessionCheck {
  /** Whose session the token says it is. */
  userId: string;
  checkedAt: number;
  asked: Promise<Actor | undefined>;
  /** The same, once it is there. */
  actor?: Actor | undefined;
}

/** Access tokens signed with keys of table `signing_keys`. Verifying one again costs a look into memory. */
export function createAccessTokens(options: {
  db: Db;
  clock: Clock;
  ids: Ids;
  authSecret: string;
  issuer: string;
  /** Whether staff without a second factor may do nothing but set one up. */
  requireStaffSecondFactor?: boolean;
}): AccessTokens {
  const { db, clock, ids, issuer, requireStaffSecondFactor = false } = options;
  const keySet = new SigningKeySet(options);
  const verified = new BoundedMap<VerifiedToken>(MAX_REMEMBERED);
  const checks = new BoundedMap<SessionCheck>(MAX_REMEMBERED);

  /** Checks signature and claims. The algorithm is ours, the key is ours; nothing of the token chooses either. */
  async function read(token: string): Promise<VerifiedToken | undefined> {
    const kid = SHAPE.test(token) ? kidOf(token) : undefined;
    const key = kid === undefined ? undefined : await keySet.publicKey(kid);
    if (kid === undefined || key === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        issuer,
        audience: AUDIENCE,
        requiredClaims: ['iss', 'aud', 'sub', 'sid', 'typ', 'auth_time', 'iat', 'exp', 'jti'],
        currentDate: clock.now(),
      });
      const { sub, sid, typ, exp, auth_time: provenAt, act } = payload;
      if (typ !== TYPE || typeof sid !== 'string' || sub === undefined || exp === undefined) return undefined;
      if (typeof provenAt !== 'number' || !Number.isSafeInteger(exp)) return undefined;
      return {
        kid,
        userId: sub,
        sessionId: sid,
        authenticatedAt: instantOfSeconds(provenAt),
        impersonatorId: (act as { sub: string } | undefined)?.sub,
        expiresAt: exp * 1000,
      };
    } catch (error) {
      if (error instanceof joseErrors.JOSEError) return undefined;
      throw error;
    }
  }

  async function askDatabase(sessionId: string): Promise<Actor | undefined> {
    const found = await luciaSessionStore.find(db, { sessionId, now: clock.now() });
    return found?.owner.active ? actorOf({ ...found, requireStaffSecondFactor }) : undefined;
  }

  /** The last answer, if it is young enough. */
  function lastCheck(sessionId: string, now: number): SessionCheck | undefined {
    const last = checks.get(sessionId);
    return last && now >= last.checkedAt && now - last.checkedAt < RECHECK_MS ? last : undefined;
  }

  /** One question a session in five seconds, however many requests wait for its answer. */
  function check({ sessionId, userId }: VerifiedToken): Promise<Actor | undefined> {
    const now = clock.now().getTime();
    const last = lastCheck(sessionId, now);
    if (last) return last.asked;
    const asked = askDatabase(sessionId);
    const checked: SessionCheck = { userId, checkedAt: now, asked };
    checks.set(sessionId, checked);
    asked.then(
      (actor) => {
        checked.actor = actor;
      },
      () => {
        if (checks.get(sessionId) === checked) checks.delete(sessionId);
      },
    );
    return asked;
  }

  async function verifyAnew(token: string): Promise<Actor | undefined> {
    if (token.length > MAX_LENGTH) return undefined;
    let known = verified.get(token);
    if (known && (known.expiresAt <= clock.now().getTime() || !(await keySet.keys()).publicKeys.has(known.kid))) {
      verified.delete(token);
      return undefined;
    }
    known ??= await read(token);
    if (known === undefined) return undefined;
    verified.set(token, known);
    const actor = await check(known);
    return actor && actorOfToken(actor, known);
  }

  return {
    async sign({ userId, sessionId, authenticatedAt, roles, impersonatorId, endsAt }) {
      const { kid, privateKey } = await keySet.signer();
      const now = clock.now();
      const issuedAt = Math.floor(now.getTime() / 1000);
      const authTime = Math.floor(authenticatedAt.getTime() / 1000);
      const seconds = endsAt ? Math.min(LIFE_SECONDS, Math.floor(endsAt.getTime() / 1000) - issuedAt) : LIFE_SECONDS;
      const act = impersonatorId === undefined ? {} : { act: { sub: impersonatorId } };
      const accessToken = await new SignJWT({
        sid: sessionId,
        typ: TYPE,
        auth_time: authTime,
        roles: [...roles],
        ...act,
      })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + seconds)
        .setJti(ids.uuid(now))
        .sign(privateKey);
      return { accessToken, expiresIn: seconds };
    },

    async verify(token) {
      // What nearly every request takes: two looks into memory. By the token itself, since a digest costs more than they.
      const known = verified.get(token);
      const now = clock.now().getTime();
      if (known === undefined || known.expiresAt <= now || !keySet.isFresh(known.kid, now)) return verifyAnew(token);
      const actor = lastCheck(known.sessionId, now)?.actor;
      return actor === undefined ? verifyAnew(token) : actorOfToken(actor, known);
    },

    forget: (sessionId) => checks.delete(sessionId),

    forgetUser(userId) {
      for (const [sessionId, checked] of checks) if (checked.userId === userId) checks.delete(sessionId);
    },

    forgetAll() {
      checks.clear();
      keySet.forget();
    },

    makeKey: () => keySet.makeKey(),

    async jwks() {
      await keySet.signer();
      const { publicKeys } = await keySet.keys();
      return { keys: [...publicKeys.values()].map(({ jwk }) => ({ ...jwk })) };
    },
  };
}

/** What a token stands for: the session's actor, unless the token is another's, as of when its own proof was given. */
function actorOfToken(actor: Actor, known: VerifiedToken): Actor | undefined {
  if (userIdOf(actor) !== known.userId) return undefined;
  if (known.shown?.of === actor) return known.shown.as;
  if (known.impersonatorId !== (actor.kind === 'impersonation' ? actor.staffId : undefined)) return undefined;
  const as = 'authenticatedAt' in actor ? { ...actor, authenticatedAt: known.authenticatedAt } : actor;
  known.shown = { of: actor, as };
  return as;
}

function kidOf(token: string): string | undefined {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return alg === ALGORITHM ? kid : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined for an impersonation that is over: the customer is staff now, or the member of staff may it no more. */
function actorOf(found: {
  session: Session;
  owner: SessionOwner;
  impersonator?: Impersonator;
  requireStaffSecondFactor: boolean;
}): Actor | undefined {
  const { session, owner, impersonator, requireStaffSecondFactor } = found;
  const { id: sessionId, authenticatedAt, impersonatorId } = session;
  const { id: userId, roles } = owner;
  if (impersonatorId !== undefined) {
    const may = impersonator?.active && permissionsOfRoles(impersonator.roles).includes('customers:impersonate');
    return may && roles.length === 0
      ? { kind: 'impersonation', userId, staffId: impersonatorId, sessionId }
      : undefined;
  }
  if (roles.length === 0) return { kind: 'customer', userId, sessionId, authenticatedAt };
  const staff = { kind: 'staff', userId, sessionId, authenticatedAt, permissions: permissionsOfRoles(roles) } as const;
  return requireStaffSecondFactor && !owner.hasSecondFactor ? { ...staff, secondFactorMissing: true } : staff;
}
