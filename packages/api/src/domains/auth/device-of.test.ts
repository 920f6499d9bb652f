import { expect, test } from 'vitest';
import { deviceOf } from './device-of.ts';

const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const ANDROID = 'Mozilla/5.0 (Linux; Android 10; K)';
const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0';

test.each([
  ['Chrome on Windows', `${WINDOWS} ${CHROME} Safari/537.36`],
  ['Edge on Windows', `${WINDOWS} ${CHROME} Safari/537.36 Edg/141.0.0.0`],
  ['Opera on macOS', `${MAC} ${CHROME} Safari/537.36 OPR/120.0.0.0`],
  ['Safari on macOS', `${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15`],
  ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0'],
  ['Chrome on Android', `${ANDROID} ${CHROME} Mobile Safari/537.36`],
  ['Samsung Internet on Android', `${ANDROID} AppleWebKit/537.36 SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36`],
  [
    'Safari on iPhone',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  ],
  ['Chrome on iPad', 'Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 CriOS/141.0.0.0 Safari/604.1'],
  ['Chrome on ChromeOS', `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME} Safari/537.36`],
  ['iPhone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148'],
  ['curl', 'curl/8.5.0'],
  ['node', 'node'],
  ['okhttp', 'okhttp/4.12.0'],
  ['Cartwright-CLI', 'Cartwright-CLI/1.2 (linux)'],
  [null, 'Mozilla/5.0'],
  [null, '<script>alert(1)</script>'],
  [null, ''],
  [null, null],
])('%s', (device, userAgent) => {
  expect(deviceOf(userAgent)).toBe(device);
});

test('a name without end is no name, and takes no time to be seen as such', () => {
  expect(deviceOf('x'.repeat(400))).toBeNull();
  expect(deviceOf(`Version/${'1.'.repeat(200)}`)).toBe('Version');
});
