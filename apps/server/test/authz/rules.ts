import type { ErrorCode, Permission } from '@cartwright/api';
import type { AppRouter, RouterInputs } from '@cartwright/api/contract';
import type { World } from './world.ts';

type PathsOf<Record> = {
  [Key in keyof Record & string]: Record[Key] extends { _def: { procedure: true } }
    ? Key
    : `${Key}.${PathsOf<Record[Key]>}`;
}[keyof Record & string];

/** `cart.addItem`, and every other procedure there is. */
export type ProcedurePath = PathsOf<AppRouter['_def']['record']>;

type InputOf<Path, Inputs = RouterInputs> = Path extends `${infer Key}.${infer Rest}`
  ? Key extends keyof Inputs
    ? InputOf<Rest, Inputs[Key]>
    : never
  : Path extends keyof Inputs
    ? Inputs[Path]
    : never;

/** Whose a thing is that a capability opens: the account's, or a guest's who holds its token. */
export type Holder = 'owner' | 'guest';

/** A thing, and the headers that open it; none for an account's own. */
export interface Thing {
  id: string;
  opensWith: Record<string, string>;
}

export interface Call<Input> {
  /** A whole, valid request. It is asked for anew for every call, so a name that must be new can be drawn here. */
  input: (world: World) => Input | Promise<Input>;
  /** What a caller whom the rule lets through is refused with all the same, where no valid request can be made here. */
  answers?: ErrorCode;
  stepUp?: boolean;
  whileImpersonating?: boolean;
}

/** One row: the rule of a procedure, and how to call it. */
export type Row<Input> =
  /** Anybody. */
  | (Call<Input> & { rule: 'public' })
  /** Whoever owns the thing or holds its token; to everybody else it is not there. */
  | (Omit<Call<Input>, 'input'> & {
      rule: 'capability';
      refusal: ErrorCode;
      input: (world: World, of: Holder) => Input | Promise<Input>;
      /** The thing that the input names. */
      thing: (world: World, of: Holder) => Promise<Thing>;
    })
  /** Anybody with an account, about themselves: the input names nothing that is somebody's. */
  | (Call<Input> & { rule: 'account' })
  /** The account that the thing in the input belongs to; to everybody else it is not there. */
  | (Call<Input> & { rule: 'own'; refusal: ErrorCode })
  /** Staff and API keys with the permission. */
  | (Call<Input> & { rule: 'permission'; permission: Permission });

/** Exactly one row a procedure: one without a row, or a row without a procedure, does not compile. */
export type Matrix = { [Path in ProcedurePath]: Row<InputOf<Path>> };

/**
 * Who calls, as far as rules tell people apart. `stale` owners and staff were proven an hour ago; API keys are an
 * administrator's.
 */
export const principals = [
  'anonymous',
  'guest token',
  'other customer',
  'owner',
  'stale owner',
  'disabled customer',
  'staff without',
  'staff with',
  'stale staff with',
  'administrator',
  'impersonation',
  'API key without',
  'API key with',
  'revoked API key',
] as const;
export type Principal = (typeof principals)[number];

type Outcome = 'allowed' | ErrorCode;
type AnyRow = Row<unknown>;

/** What a call is answered with. `of` says whose the thing of a capability is. */
export function expectedOf(row: AnyRow, call: { who: Principal; of: Holder; type: string }): Outcome {
  const { who, of, type } = call;
  if (who === 'disabled customer' || who === 'revoked API key') return 'unauthenticated';
  if (who === 'impersonation' && type !== 'query' && !row.whileImpersonating) return 'impersonation_read_only';
  switch (row.rule) {
    case 'public':
      return 'allowed';
    case 'capability':
      return opensThing(who, of) ? 'allowed' : row.refusal;
    case 'account':
      if (guest(who)) return 'unauthenticated';
      return program(who) ? 'forbidden' : freshly(row, who, 'allowed');
    case 'own':
      if (guest(who)) return 'unauthenticated';
      if (program(who)) return 'forbidden';
      return freshly(row, who, isOwner(who) ? 'allowed' : row.refusal);
    case 'permission':
      if (guest(who)) return 'unauthenticated';
      return holdsPermission(who) ? freshly(row, who, 'allowed') : 'forbidden';
  }
}

const guest = (who: Principal): boolean => who === 'anonymous' || who === 'guest token';
const program = (who: Principal): boolean => who.startsWith('API key');
const isOwner = (who: Principal): boolean => ['owner', 'stale owner', 'impersonation'].includes(who);
const holdsPermission = (who: Principal): boolean =>
  ['staff with', 'stale staff with', 'administrator', 'API key with'].includes(who);

function opensThing(who: Principal, of: Holder): boolean {
  return of === 'owner' ? isOwner(who) : who === 'guest token';
}

function freshly(row: AnyRow, who: Principal, outcome: Outcome): Outcome {
  if (!row.stepUp) return outcome;
  if (who === 'impersonation' || program(who)) return 'forbidden';
  return who.startsWith('stale') ? 'step_up_required' : outcome;
}
