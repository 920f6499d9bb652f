import { type Reader, type roles, sessions, type Tx } from '@cartwright/db';
import { type Adapter, Lucia } from 'lucia';
import { sha256Hex } from '../../kit/ids.ts';
import { IMPERSONATION_SECONDS, type SessionStore } from './session-store.ts';

const DAY_MS = 86_400_000;
const ABSOLUTE_MS = 30 * DAY_MS;
/** The longest that a session can last. */
export const SESSION_SECONDS = ABSOLUTE_MS / 1000;
const IDLE_MS = 14 * DAY_MS;
const IMPERSONATION_MS = IMPERSONATION_SECONDS * 1000;
const MAX_USER_AGENT = 400;

/** Lucia compares with the machine's clock and prolongs by itself. Expiry is ours, so it is shown one beyond reach. */
const NEVER = new Date(8.64e15);

type SessionAttributes = Omit<sessions.SessionRow, 'id' | 'userId' | 'expiresAt'>;

interface UserAttributes {
  email: string;
  emailVerifiedAt: Date | null;
  name: string | null;
  roles: roles.HeldRole[];
  status: string;
  hasSecondFactor: boolean;
  createdAt: Date;
  impersonator: sessions.SessionImpersonator | null;
}

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof luciaOn>;
    DatabaseSessionAttributes: SessionAttributes;
    DatabaseUserAttributes: UserAttributes;
  }
}

const idleSince = (now: Date): Date => new Date(now.getTime() - IDLE_MS);

/** Lucia's storage on one handle at one instant. Session ids are hashed here: a leak of the table opens nothing. */
function adapterOn(reader: Reader, tx: Tx | undefined, now: Date): Adapter {
  const writable = (): Tx => {
    if (tx === undefined) throw new TypeError('A session is written in a transaction.');
    return tx;
  };
  return {
    async getSessionAndUser(sessionId) {
      const row = await sessions.findSession(reader, { id: sha256Hex(sessionId), now, idleSince: idleSince(now) });
      if (row === undefined) return [null, null];
      const { id: _hash, userId, expiresAt: _end, userCreatedAt: createdAt, ...owned } = row;
      const { email, emailVerifiedAt, name, roles, status, hasSecondFactor, impersonator, ...attributes } = owned;
      const owner = { email, emailVerifiedAt, name, roles, status, hasSecondFactor, createdAt, impersonator };
      return [
        { id: sessionId, userId, expiresAt: NEVER, attributes },
        { id: userId, attributes: owner },
      ];
    },
    async setSession({ id, userId, attributes }) {
      const lifeMs = attributes.impersonatorId === null ? ABSOLUTE_MS : IMPERSONATION_MS;
      const expiresAt = new Date(attributes.createdAt.getTime() + lifeMs);
      await sessions.insertSession(writable(), { id: sha256Hex(id), userId, expiresAt, ...attributes });
    },
    async getUserSessions(userId) {
      const rows = await sessions.listUserSessions(reader, { userId, now, idleSince: idleSince(now) });
      return rows.map(({ id, userId: owner, expiresAt: _end, ...attributes }) => ({
        id,
        userId: owner,
        expiresAt: NEVER,
        attributes,
      }));
    },
    // The absolute end of a session never moves; using it moves `rotated_at`.
    updateSessionExpiration: async () => undefined,
    deleteSession: (sessionId) => sessions.deleteSession(writable(), { id: sha256Hex(sessionId) }),
    deleteUserSessions: (userId) => sessions.deleteUserSessions(writable(), { userId }),
    async deleteExpiredSessions() {
      await sessions.deleteExpiredSessions(writable(), { now, idleSince: idleSince(now) });
    },
  };
}

function luciaOn(reader: Reader, tx: Tx | undefined, now: Date) {
  return new Lucia(adapterOn(reader, tx, now), {
    getSessionAttributes: (attributes) => attributes,
    getUserAttributes: (attributes) => attributes,
  });
}

/** Sessions kept by Lucia in table `sessions`. */
export const luciaSessionStore: SessionStore = {
  async create(tx, { userId, userAgent, address, amr, impersonator, now }) {
    const shown = userAgent?.toWellFormed().slice(0, MAX_USER_AGENT).toWellFormed() ?? null;
    const { id } = await luciaOn(tx, tx, now).createSession(userId, {
      generation: 1,
      rotatedAt: now,
      createdAt: now,
      userAgent: shown,
      address,
      authenticatedAt: now,
      amr: [...amr],
      impersonatorId: impersonator?.userId ?? null,
      ...(impersonator && { impersonatorSessionId: sha256Hex(impersonator.sessionId) }),
    });
    const impersonatorId = impersonator?.userId;
    return { id, userId, generation: 1, rotatedAt: now, authenticatedAt: now, impersonatorId };
  },
  async find(reader, { sessionId, now }) {
    const { session, user } = await luciaOn(reader, undefined, now).validateSession(sessionId);
    if (session === null) return undefined;
    const { id, userId, generation, rotatedAt, authenticatedAt, impersonatorId } = session;
    const { email, emailVerifiedAt, name, roles, status, hasSecondFactor, createdAt, impersonator } = user;
    const active = status === 'active';
    return {
      session: { id, userId, generation, rotatedAt, authenticatedAt, impersonatorId: impersonatorId ?? undefined },
      owner: { id: userId, email, emailVerifiedAt, name, roles, active, hasSecondFactor, createdAt },
      ...(impersonator && { impersonator: { active: impersonator.status === 'active', roles: impersonator.roles } }),
    };
  },
  rotate: (tx, { sessionId, generation, now }) =>
    sessions.saveSessionRotation(tx, { id: sha256Hex(sessionId), generation, rotatedAt: now }),
  prove: (tx, { sessionId, userId, amr, now }) =>
    sessions.saveSessionProof(tx, { id: sha256Hex(sessionId), userId, amr, authenticatedAt: now }),
  async list(reader, { userId, now }) {
    const rows = await sessions.listUserSessions(reader, { userId, now, idleSince: idleSince(now) });
    return rows.map(({ id: publicId, userAgent, address, amr, createdAt, rotatedAt: lastUsedAt }) => ({
      publicId,
      userAgent,
      address,
      amr,
      createdAt,
      lastUsedAt,
    }));
  },
  end: (tx, { sessionId, now }) => luciaOn(tx, tx, now).invalidateSession(sessionId),
  endOwn: (tx, { userId, publicId }) => sessions.deleteUserSession(tx, { id: publicId, userId }),
  endAllOf: (tx, { userId, exceptSessionId }) =>
    sessions.deleteUserSessions(tx, {
      userId,
      ...(exceptSessionId !== undefined && { exceptId: sha256Hex(exceptSessionId) }),
    }),
  endEverybodys: (tx) => sessions.deleteAllSessions(tx),
  deleteExpired: (tx, { now }) => sessions.deleteExpiredSessions(tx, { now, idleSince: idleSince(now) }),
};
