import { isIPv6 } from 'node:net';

/**
 * What counts as one caller for limits: an IPv4 address itself, and the /64 of an IPv6 address, since one
 * subscriber owns all of it. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
 */
export function addressBlock(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = unmapAddress(address);
  if (!mapped.includes(':')) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = withoutZone(address).toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const right = tail === '' ? [] : tail.split(':');
    // A dotted last part stands for two groups.
    const rightLength = right.length + (tail.includes('.') ? 1 : 0);
    const missing = 8 - left.length - rightLength;
    left.push(...Array.from({ length: missing }, () => '0'), ...right);
  }
  const groups = left.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.join(':')}::/64`;
}

/** `::ffff:192.0.2.1` as `192.0.2.1`; any other address as it is. */
export function unmapAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

function withoutZone(address: string): string {
  const at = address.indexOf('%');
  return at === -1 ? address : address.slice(0, at);
}
