/** Counts changes that this process has made to something others keep copies of. */
export interface Epoch {
  readonly value: number;
  bump(): void;
}

export function createEpoch(): Epoch {
  let value = 0;
  return {
    get value() {
      return value;
    },
    bump() {
      value += 1;
    },
  };
}
