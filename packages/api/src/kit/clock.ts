/** The one source of time. Tests set it; nothing else in this package asks the machine. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
