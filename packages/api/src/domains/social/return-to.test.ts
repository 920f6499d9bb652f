import { describe, expect, test } from 'vitest';
import { resolveReturnTo } from './return-to.ts';

const config = { storefrontUrl: 'https://shop.example', publicUrl: 'https://api.shop.example:8443' };

describe('where a browser may be sent back to', () => {
  test.each([
    ['/', 'https://shop.example/'],
    ['/account?tab=logins&x=%2F%2F', 'https://shop.example/account?tab=logins&x=%2F%2F'],
    ['/a#b', 'https://shop.example/a'],
    ['/..//evil.example', 'https://shop.example//evil.example'],
    ['/%5Cevil.example', 'https://shop.example/%5Cevil.example'],
    ['/@evil.example', 'https://shop.example/@evil.example'],
    ['https://shop.example', 'https://shop.example/'],
    ['HTTPS://SHOP.example:443/x', 'https://shop.example/x'],
    ['https://api.shop.example:8443/docs', 'https://api.shop.example:8443/docs'],
  ])('%s is %s', (returnTo, url) => {
    expect(resolveReturnTo(returnTo, config)).toBe(url);
  });

  test.each([
    '',
    ' ',
    'account',
    './account',
    '?x',
    '#x',
    '//evil.example',
    '///evil.example',
    '////evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '\\/evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '/\u0000/evil.example',
    '/account\r\nSet-Cookie: x=y',
    'https://evil.example',
    'https://evil.example/https://shop.example',
    'https://shop.example.evil.example',
    'https://shop.example@evil.example',
    'https://shop.example:x@evil.example',
    'https://evil@shop.example/',
    'https://:x@shop.example/',
    'https://shop.example%2eevil.example',
    'https://shop.example%00.evil.example',
    'https://shop.example\\@evil.example',
    'https://shop.example。evil.example',
    'https://ｓhop.example',
    'https://evil-shop.example',
    'https://www.shop.example',
    'https://shop.example./',
    'https://shop.example:444',
    'https:/evil.example',
    'https:evil.example',
    'http://shop.example',
    'https://api.shop.example',
    'https://[::1]/',
    'ftp://shop.example/',
    'javascript:alert(1)',
    'javascript://shop.example/%0aalert(1)',
    'data:text/html,x',
    'blob:https://shop.example/x',
    'view-source:https://shop.example/',
    `/${'x'.repeat(500)}`,
  ])('%j is not a page of the store', (returnTo) => {
    expect(() => resolveReturnTo(returnTo, config)).toThrow(expect.objectContaining({ code: 'return_to_invalid' }));
  });
});
