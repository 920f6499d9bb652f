import { expect, test } from 'vitest';
import { addressBlock, unmapAddress } from './address-block.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:cb00:7107', '203.0.113.7'],
  ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
  ['0000:0000:0000:0000:0000:ffff:cb00:7107', '203.0.113.7'],
  ['2001:db8:ffff:ffff::1', '2001:db8:ffff:ffff::/64'],
  ['::1:ffff:203.0.113.7', '0:0:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
  ['no:address', 'no:address'],
])('the block of %s is %s', (address, block) => {
  expect(addressBlock(address)).toBe(block);
});

test('an IPv4 address written as IPv6 is the IPv4 address', () => {
  expect(unmapAddress('::FFFF:192.0.2.1')).toBe('192.0.2.1');
  expect(unmapAddress('::ffff:1')).toBe('::ffff:1');
});
