import type { Spread } from './statistics.ts';

/** `1,234` */
export function whole(value: number): string {
  return Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : '–';
}

/** `1.23` */
export function decimal(value: number, digits = 2): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}

/** `123 (118–140) µs` */
export function withSpread({ median, min, max }: Spread, unit: string, print = whole): string {
  return `${print(median)} (${print(min)}–${print(max)}) ${unit}`;
}
