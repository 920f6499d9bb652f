import type { Reader, Tx } from '@cartwright/db';

/** One session is one device and one family of refresh tokens. */
export interface Session {
  /** Opaque; the database keeps only its hash. */
  id: string;
  userId: string;
  /** How often its refresh token has been replaced, from 1. */
  generation: number;
  /** When the current generation began. */
  rotatedAt: Date;
}

/** The owner, as a session's answer needs it. */
export interface SessionOwner {
  id: string;
  email: string;
  name: string | null;
  roles: readonly string[];
  active: boolean;
  createdAt: Date;
}

/** Where sessions live. A session ends 30 days after it began, or 14 days after its last rotation. */
export interface SessionStore {
  create(tx: Tx, session: { userId: string; userAgent: string | undefined; now: Date }): Promise<Session>;
  /** Undefined when it has ended or never was. */
  find(
    reader: Reader,
    query: { sessionId: string; now: Date },
  ): Promise<{ session: Session; owner: SessionOwner } | undefined>;
  /** Moves on from `generation`; false when another has done so already. */
  rotate(tx: Tx, rotation: { sessionId: string; generation: number; now: Date }): Promise<boolean>;
  end(tx: Tx, query: { sessionId: string; now: Date }): Promise<void>;
  endAllOf(tx: Tx, query: { userId: string; now: Date }): Promise<void>;
  /** Forgets sessions that have ended by themselves; answers how many. */
  deleteExpired(tx: Tx, query: { now: Date }): Promise<number>;
}
