/** The one source of time. Tests set it; nothing else in this package asks the machine. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** The instant that a timestamp inside JSON from the database names. */
export const instant = (text: string): Date => new Date(text);

/** The instant this many seconds after the beginning of 1970, as tokens count time. */
export const instantOfSeconds = (seconds: number): Date => new Date(seconds * 1000);

export const secondsBefore = (at: Date, seconds: number): Date => new Date(at.getTime() - seconds * 1000);

export const secondsAfter = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000);

/** Whole and part seconds from `earlier` to `later`. */
export const secondsBetween = (earlier: Date, later: Date): number => (later.getTime() - earlier.getTime()) / 1000;
