import type { Permission } from '../kit/actor.ts';

/** Who may call: everybody, somebody with an account, or staff and API keys with one permission. */
export type Access = 'public' | 'customer' | { permission: Permission };

/** How a procedure is reached over REST. Parameters in braces come from the path. */
export interface RestRoute {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: `/${string}`;
  summary: string;
  tags: [string, ...string[]];
  /** 200 unless said. */
  successStatus?: 200 | 201 | 202 | 204;
}

/** What every procedure says of itself; one without `access` fails the tests. */
export interface ProcedureMeta {
  access?: Access;
  rest?: RestRoute;
  /** Answers kept under `Idempotency-Key` are given again. */
  idempotent?: boolean;
  /** The same for every guest: an answer is given again until what it is made of changes. */
  shared?: boolean;
  /** A mutation that touches no product, price or stock; after any other, shared answers show it at once. */
  leavesCatalog?: boolean;
  /** Dangerous: the caller must have proven who they are within `STEP_UP_MAX_AGE_SECONDS`. */
  stepUp?: boolean;
  /** Changes what opens an account: the session must still be one when it is saved. So it is with `stepUp`. */
  ownSession?: boolean;
  /** A mutation that staff may also call while they see the store as a customer. */
  whileImpersonating?: boolean;
  /**
   * A call that opens, renews or ends a session, or helps somebody who has none: who a cookie says is calling does not
   * matter, so that one that has expired is no obstacle.
   */
  sessionless?: boolean;
  /** The allowance that a call takes from; `read` for queries and `cart` for mutations unless said. */
  limit?: 'read' | 'cart' | 'auth' | 'admin';
}
