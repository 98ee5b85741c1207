import { androidHashFault, codeText, originFault, redactedPhone, timeValues } from '../../src/sms/codeText.js';
import { readTemplate, type TextValues } from '../../src/sms/textTemplate.js';

const values = { otp: '123456', serial: 'SMS1' } as TextValues;
const none = { origin: '', androidHash: '', transliterate: false };
const sent = (text: string, manner: Partial<typeof none>): string => codeText(readTemplate(text), values, { ...none, ...manner });

test('the lines for machines stand behind an empty line, the origin-bound one last', () => {
  expect(sent('Code {otp}', {})).toBe('Code 123456');
  expect(sent('Code {otp}', { origin: 'example.com' })).toBe('Code 123456\n\n@example.com #123456');
  expect(sent('Code {otp}', { androidHash: 'FA+9qCX9VSu' })).toBe('Code 123456\n\nFA+9qCX9VSu');
  expect(sent('Code {otp}', { origin: 'example.com', androidHash: 'FA+9qCX9VSu' })).toBe('Code 123456\n\nFA+9qCX9VSu\n@example.com #123456');
});

test('look-alikes leave code and lines as they are', () => {
  expect(sent('“Code” – {otp}…', { origin: 'example.com', transliterate: true })).toBe('"Code" - 123456...\n\n@example.com #123456');
  expect(sent('“Code” – {otp}', {})).toBe('“Code” – 123456');
});

test.each(['example.com', 'login.example.com', 'xn--bcher-kva.example', 'localhost', 'a-b.c'])('%s is a host name', (host) => expect(originFault(host)).toBeUndefined());
test.each(['https://example.com', 'example.com:443', 'example.com/', 'example..com', '-a.com', 'a.com ', 'bücher.example', 'a.com\n@b.com', `${'a'.repeat(64)}.com`, `${'a.'.repeat(127)}com`])(
  '%j is none', (host) => expect(originFault(host)).toMatch(/host name alone/));

test('the hash of an app has eleven characters of base64', () => {
  expect(androidHashFault('FA+9qCX9VSu')).toBeUndefined();
  for (const wrong of ['FA+9qCX9VS', 'FA+9qCX9VSuX', 'FA+9qCX9VS=', 'FA+9 CX9VSu', 'FA+9qCX9VS\n']) expect(androidHashFault(wrong)).toMatch(/11/);
});

test('a number is covered but for its last two digits', () => {
  expect(redactedPhone('+49 170 1234567')).toBe('****-******67');
  expect(redactedPhone('+49/170-123(4)')).toBe('****-******34');
});

test('time and day are those of where the service stands', () => {
  expect(timeValues(new Date(2026, 0, 31, 7, 4, 59))).toEqual({ time: '07:04:59', date: '2026-01-31' });
});
