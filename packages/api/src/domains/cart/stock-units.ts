import type { StockPart } from '@cartwright/db';

/** A line as the stock sees it: what one unit of it takes. */
export interface StockLine {
  variantId: string;
  quantity: number;
  parts: readonly StockPart[];
}

/** What lines take from stock together, by variant: bundles as their components, which other lines may take as well. */
export function unitsNeeded(lines: readonly StockLine[]): Map<string, number> {
  const needed = new Map<string, number>();
  for (const { quantity, parts } of lines) {
    for (const part of parts) needed.set(part.variantId, (needed.get(part.variantId) ?? 0) + quantity * part.quantity);
  }
  return needed;
}

/** How many units of a line there are when all others get theirs; Infinity where stock does not matter. */
export function unitsLeft(line: StockLine, needed: ReadonlyMap<string, number>): number {
  const left = line.parts.map((part) => {
    const others = (needed.get(part.variantId) ?? 0) - line.quantity * part.quantity;
    return Math.floor((part.available - others) / part.quantity);
  });
  return Math.max(0, Math.min(...left));
}
