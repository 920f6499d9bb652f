import { errorsOf } from './domain-error.ts';

export const stateErrors = {
  state_conflict: { kind: 'conflict', title: 'The current state does not allow this.' },
} as const;
const refuse = errorsOf(stateErrors);

/** state → event → next state. A state without events is final. */
export type Machine<State extends string, Event extends string> = Record<State, Partial<Record<Event, State>>>;

/** The state an event leads to, or undefined where the table has no such edge. */
export function next<State extends string, Event extends string>(
  machine: Machine<State, Event>,
  from: State,
  event: Event,
): State | undefined {
  return machine[from][event];
}

/** Like {@link next}, but refuses with `state_conflict` where the table has no such edge. */
export function mustNext<State extends string, Event extends string>(
  machine: Machine<State, Event>,
  from: State,
  event: Event,
): State {
  const to = next(machine, from, event);
  if (to === undefined) throw refuse('state_conflict', { details: { state: from, event } });
  return to;
}
