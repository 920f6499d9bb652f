/** Units of a variant at a location that can still be promised. */
export interface Level {
  variantId: string;
  locationId: string;
  available: number;
  /** Lower is preferred. */
  priority: number;
}

export interface Units {
  variantId: string;
  quantity: number;
}

export interface Shortage {
  variantId: string;
  requested: number;
  available: number;
}

/**
 * Decides where the units of an order come from: the preferred location that has all of a line, otherwise as
 * many as there are from each in order of preference. Either every line is covered or `shortages` names those
 * that are not.
 */
export function allocateStock(
  units: readonly Units[],
  levels: readonly Level[],
): { parts: { variantId: string; locationId: string; quantity: number }[]; shortages: Shortage[] } {
  const parts: { variantId: string; locationId: string; quantity: number }[] = [];
  const shortages: Shortage[] = [];
  for (const { variantId, quantity } of units) {
    const own = levels
      .filter((level) => level.variantId === variantId && level.available > 0)
      .sort((a, b) => a.priority - b.priority);
    const available = own.reduce((total, level) => total + level.available, 0);
    if (available < quantity) {
      shortages.push({ variantId, requested: quantity, available });
      continue;
    }
    const whole = own.find((level) => level.available >= quantity);
    let missing = quantity;
    for (const level of whole ? [whole] : own) {
      const taken = Math.min(missing, level.available);
      if (taken > 0) parts.push({ variantId, locationId: level.locationId, quantity: taken });
      missing -= taken;
    }
  }
  return { parts, shortages };
}
