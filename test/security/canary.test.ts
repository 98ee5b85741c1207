import fc from 'fast-check';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCanaries } from './canary.js';
import { temporaryFolder } from '../fixtures/folder.js';

const pin = 'Zi+ge/Pin 7?';
const seed = '3132333435363738393031323334353637383930';
const canaries = { pin, seed, code: '287082' };
const inText = (text: string) => findCanaries(canaries, { texts: { log: text } });

it('finds nothing where nothing is', () => {
  expect(inText('{"level":"info","serial":"SMS0001","path":"/validate/check","pin":"***"}')).toEqual([]);
});

it.each([
  ['as it is', `x${pin}y`],
  ['in capitals', pin.toUpperCase()],
  ['as hex', Buffer.from(pin).toString('hex').toUpperCase()],
  ['as base64', Buffer.from(pin).toString('base64')],
  ['as base64url', Buffer.from(pin).toString('base64url')],
  ['inside base64, one further', Buffer.from(`{${pin}}`).toString('base64')],
  ['inside base64url, two further', Buffer.from(`{"${pin}"}`).toString('base64url')],
  ['as part of a form', new URLSearchParams({ a: pin }).toString()],
  ['as part of a URL', `/check?pass=${encodeURIComponent(pin)}`],
  ['with every byte escaped', Buffer.from(pin).toString('hex').replace(/../g, '%$&')],
  ['in UTF-16', Buffer.from(pin, 'utf16le').toString()],
])('finds a PIN %s', (_form, text) => {
  expect(inText(text)).toContainEqual(expect.objectContaining({ canary: 'pin', place: 'log' }));
});

it('finds a seed as hex, as bytes and as base64 of either', () => {
  const bytes = Buffer.from(seed, 'hex');
  for (const text of [seed, bytes.toString('latin1'), bytes.toString('base64'), Buffer.from(seed).toString('base64')]) {
    expect(inText(text).map(({ canary }) => canary)).toContain('seed');
  }
});

it('finds a value at any place in any encoding', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'binary-ascii' }), fc.constantFrom('utf8', 'hex', 'base64', 'base64url', 'utf16le'), (before, after, encoding) => {
    const found = findCanaries({ value: 'k4n4r13nv0g3l' }, { texts: { log: encoding === 'utf16le' ? Buffer.from(`${before}k4n4r13nv0g3l${after}`, encoding).toString() : Buffer.from(`${before}k4n4r13nv0g3l${after}`).toString(encoding) } });
    expect(found).not.toEqual([]);
  }));
});

describe('in a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    writeFileSync(join(folder, 'clean.db'), Buffer.alloc(100_000));
    writeFileSync(join(folder, 'deep/er/events.db-wal'), Buffer.concat([Buffer.alloc(70_001, 0xff), Buffer.from('287082'), Buffer.alloc(10)]));
  });

  it('looks at every byte of every file, and says where', () => {
    expect(findCanaries(canaries, { folders: [folder] })).toEqual([{ canary: 'code', form: 'plain', place: 'deep/er/events.db-wal' }]);
  });

  it('leaves out what may hold secrets', () => {
    expect(findCanaries(canaries, { folders: [folder], except: ['deep/er/events.db-wal'] })).toEqual([]);
  });
});

it('refuses canaries that are everywhere by chance', () => {
  expect(() => findCanaries({ digit: '1' }, {})).toThrow('too short');
});
