import type { ShownFormat } from '../../../runtime/pictures/pictures.ts';

/**
 * What a browser that sends this `Accept` is best shown. Only formats that it names are taken for understood: `image/*`
 * is said by everybody, JPEG is understood by everybody.
 */
export function acceptedFormats(accept: string | undefined): ShownFormat[] {
  const named = new Set<string>();
  for (const each of (accept ?? '').toLowerCase().split(',')) {
    const [type = '', ...parameters] = each.split(';').map((part) => part.trim());
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) named.add(type);
  }
  return [
    ...(named.has('image/avif') ? (['avif'] as const) : []),
    ...(named.has('image/webp') ? (['webp'] as const) : []),
    'jpeg',
  ];
}
