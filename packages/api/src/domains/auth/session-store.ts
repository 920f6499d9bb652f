import type { Reader, roles, Tx } from '@cartwright/db';

/** One session is one device and one family of refresh tokens. */
export interface Session {
  /** Opaque; the database keeps only its hash. */
  id: string;
  userId: string;
  /** How often its refresh token has been replaced, from 1. */
  generation: number;
  /** When the current generation began. */
  rotatedAt: Date;
  /** When the person last proved who they are. */
  authenticatedAt: Date;
  /** The member of staff who sees the store as the owner; undefined for the owner. */
  impersonatorId: string | undefined;
}

/** How a session begins. */
export interface SessionStart {
  userId: string;
  userAgent: string | undefined;
  /** The caller's address. */
  address: string;
  /** How the person proved who they are (RFC 8176). */
  amr: readonly string[];
  /** The member of staff who is to see the store as the user, and the session of theirs that this one ends with. */
  impersonator?: { userId: string; sessionId: string };
  now: Date;
}

/** A session as its owner sees it in a list. */
export interface SessionEntry {
  /** Names it, and opens nothing. */
  publicId: string;
  userAgent: string | null;
  /** Where it began. */
  address: string | null;
  amr: string[];
  createdAt: Date;
  /** When its tokens were last renewed. */
  lastUsedAt: Date;
}

/** What holds now for the member of staff who sees the store as the owner. */
export interface Impersonator {
  active: boolean;
  roles: readonly roles.HeldRole[];
}

/** The owner, as a session's answer needs it. */
export interface SessionOwner {
  id: string;
  email: string;
  emailVerifiedAt: Date | null;
  name: string | null;
  roles: readonly roles.HeldRole[];
  active: boolean;
  hasSecondFactor: boolean;
  createdAt: Date;
}

/** How long staff may see the store as a customer at once. */
export const IMPERSONATION_SECONDS = 900;

/** Where sessions live. A session ends 30 days after it began, or 14 days after its last rotation. */
export interface SessionStore {
  create(tx: Tx, start: SessionStart): Promise<Session>;
  /** Undefined when it has ended or never was. */
  find(
    reader: Reader,
    query: { sessionId: string; now: Date },
  ): Promise<{ session: Session; owner: SessionOwner; impersonator?: Impersonator } | undefined>;
  /** Moves on from `generation`; false when another has done so already. */
  rotate(tx: Tx, rotation: { sessionId: string; generation: number; now: Date }): Promise<boolean>;
  /** Notes that the owner has proven who they are again, and how; false when it is not their own session any more. */
  prove(tx: Tx, proof: { sessionId: string; userId: string; amr: readonly string[]; now: Date }): Promise<boolean>;
  /** The living sessions of an account, without those of staff who look on; newest first. */
  list(reader: Reader, query: { userId: string; now: Date }): Promise<SessionEntry[]>;
  end(tx: Tx, query: { sessionId: string; now: Date }): Promise<void>;
  /** Ends one of an account's sessions by its public id; false when it is not theirs or not there. */
  endOwn(tx: Tx, query: { userId: string; publicId: string }): Promise<boolean>;
  /** Ends every session of an account, those of staff who look on as it included; one may be left. */
  endAllOf(tx: Tx, query: { userId: string; exceptSessionId?: string }): Promise<void>;
  /** Logs everybody out; answers how many sessions that ended. */
  endEverybodys(tx: Tx): Promise<number>;
  /** Forgets sessions that have ended by themselves; answers how many. */
  deleteExpired(tx: Tx, query: { now: Date }): Promise<number>;
}
