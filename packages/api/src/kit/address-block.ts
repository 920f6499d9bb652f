import { isIPv6 } from 'node:net';

const MAY_BE_MAPPED = /:ffff:/i;

/**
 * What counts as one caller for limits: an IPv4 address itself, and the /64 of an IPv6 address, since one
 * subscriber owns all of it. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
 */
export function addressBlock(address: string): string {
  if (!address.includes(':')) return address;
  const plain = unmapAddress(address);
  if (!plain.includes(':')) return plain;
  const groups = groupsOf(plain);
  if (groups === undefined) return address;
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return `${prefix.join(':')}::/64`;
}

/** An IPv4 address that is written as IPv6, however, as IPv4; any other address as it is. */
export function unmapAddress(address: string): string {
  if (!MAY_BE_MAPPED.test(address)) return address;
  const groups = groupsOf(address);
  if (groups === undefined) return address;
  const [marker, high = 0, low = 0] = groups.slice(5);
  if (marker !== 0xffff || groups.slice(0, 5).some((group) => group !== 0)) return address;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] | undefined {
  if (!isIPv6(address)) return undefined;
  const plain = withDottedAsHex(withoutZone(address));
  const gap = plain.indexOf('::');
  const groups = splitGroups(gap === -1 ? plain : plain.slice(0, gap));
  const after = gap === -1 ? [] : splitGroups(plain.slice(gap + 2));
  while (groups.length + after.length < 8) groups.push(0);
  return groups.concat(after);
}

function splitGroups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** `::192.0.2.1` as `::c000:201`. */
function withDottedAsHex(address: string): string {
  if (!address.includes('.')) return address;
  return address.replace(/(?<!\d)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
}

function withoutZone(address: string): string {
  const at = address.indexOf('%');
  return at === -1 ? address : address.slice(0, at);
}
