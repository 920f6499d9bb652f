import type { Metadata } from './objects.ts';
import type { MetadataPatch } from './params.ts';

/** Applies a metadata change: unnamed keys stay, empty values remove. */
export function patchMetadata(current: Metadata, patch: MetadataPatch | undefined): Metadata {
  if (patch === undefined) return current;
  if (patch === 'clear') return {};
  const merged = new Map([...Object.entries(current), ...patch]);
  return Object.fromEntries([...merged].filter(([, value]) => value !== ''));
}
