import fc from 'fast-check';
import { eventLine, eventTable } from '../../../src/cli/audit/eventLines.js';
import { readCount, readInstant } from '../../../src/cli/audit/instant.js';
import { printable, shortly } from '../../../src/cli/audit/printable.js';
import type { TrailEntry } from '../../../src/projections/trail.js';

test.each([
  ['2026-03-01T12:00:05.250Z', '2026-03-01T12:00:05.250Z'],
  ['2026-03-01T12:00:05', '2026-03-01T12:00:05.000Z'],
  ['2026-03-01 12:00', '2026-03-01T12:00:00.000Z'],
  ['2026-03-01t13:00:00+01:00', '2026-03-01T12:00:00.000Z'],
  ['2026-03-01T12:00:05.2509z', '2026-03-01T12:00:05.250Z'],
  ['2026-03-01', '2026-03-01T23:59:59.999Z'],
  [' 2024-02-29 ', '2024-02-29T23:59:59.999Z'],
])('the instant %s is %s', (text, instant) => {
  expect(readInstant(text, '--until')).toBe(instant);
});

test.each(['', 'now', '12:00', '2026-02-29', '2026-13-01', '2026-03-01T24:30', '2026-03-01T12', '2026-3-1', '01.03.2026', '2026-03-01T12:00+25:00', '2026-03-01T12:00 Z'])('%j is no instant', (text) => {
  expect(() => readInstant(text, '--until')).toThrow('--until must be an instant');
});

test.each(['', '-1', '1.5', '1e3', 'x', '9'.repeat(16)])('%j is no count', (text) => {
  expect(() => readCount(text, '--limit')).toThrow('--limit must be a whole number from 0 on');
});

test('what somebody typed cannot write to the terminal', () => {
  expect(printable('a\u001b[2Jb\nc\u202ed\u009b')).toBe('a\\u001b[2Jb\\u000ac\\u202ed\\u009b');
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    // eslint-disable-next-line no-control-regex -- control characters are what it looks for
    expect(shortly(text) + printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  }));
});

test('values stand in quotes where they would be ambiguous', () => {
  expect([1, true, 'SMS1', '', 'a b', 'a=b', ['x', 'y z'], { a: 1 }].map(shortly)).toEqual(['1', 'true', 'SMS1', '""', '"a b"', '"a=b"', '[x,"y z"]', '{"a":1}']);
});

const entry = (change: Partial<TrailEntry>): TrailEntry => ({
  position: 7, id: 'id', type: 'SignedIn', stream: 'account-admin', revision: 2, recordedAt: '2026-03-01T12:00:00.000Z', actor: { kind: 'administrator', name: 'admin' },
  correlationId: 'c', causationId: 'd', origin: 'o', data: {}, ...change,
});

test('events in columns, and one in a line', () => {
  expect(eventTable([entry({}), entry({ position: 12, type: 'ApiKeyRevoked', stream: 'account-x', client: '::1', actor: { kind: 'user' }, data: { keyId: 'k' } })], { withStream: true })).toBe(
    '  position  stream         recorded at               who                  from  what\n' +
    '         7  account-admin  2026-03-01T12:00:00.000Z  administrator admin  -     SignedIn\n' +
    '        12  account-x      2026-03-01T12:00:00.000Z  user                 ::1   ApiKeyRevoked keyId=k\n');
  expect(eventLine(entry({ data: { login: 'x\u001b]0;owned\u0007\n' } }))).toBe(
    '     7  2026-03-01T12:00:00.000Z  account-admin       administrator admin  -                SignedIn login="x\\u001b]0;owned\\u0007\\n"\n');
});
