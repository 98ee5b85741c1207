import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { loadMasterKey, MasterKey, type MasterKeyResult } from '../../src/security/masterKey.js';
import { temporaryFolder } from '../fixtures/folder.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder, 'master.key');
});

const keyOf = (result: MasterKeyResult): MasterKey => {
  if (result.kind !== 'ready') throw new Error(result.message);
  return result.key;
};
const messageOf = (result: MasterKeyResult): string => {
  if (result.kind !== 'refused') throw new Error('expected a refusal');
  return result.message;
};
const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7));

describe('a key from the environment', () => {
  it.each(['hex', 'base64', 'base64url'] as const)('is read as %s', (encoding) => {
    const key = keyOf(loadMasterKey({ given: ` ${bytes.toString(encoding)}\n`, file, mayCreate: true }));
    expect(key.derive('key-wrapping')).toEqual(new MasterKey(bytes).derive('key-wrapping'));
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['short', 'zz'.repeat(32), bytes.subarray(1).toString('hex'), bytes.subarray(1).toString('base64'), Buffer.alloc(33).toString('base64')])(
    'is refused without being shown when it is not 32 bytes: %s',
    (given) => {
      const message = messageOf(loadMasterKey({ given, file, mayCreate: true }));
      expect(message).toContain('TANAGER_MASTER_KEY');
      expect(message).not.toContain(given);
    },
  );

  it('does not count when it is empty', () => {
    expect(loadMasterKey({ given: '', file, mayCreate: true })).toMatchObject({ origin: 'made' });
  });
});

describe('a key in a file', () => {
  it('is made once, for the owner alone, and read from then on', () => {
    const made = loadMasterKey({ file, mayCreate: true });
    expect(made).toMatchObject({ kind: 'ready', origin: 'made' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['master.key']);
    const read = loadMasterKey({ file, mayCreate: false });
    expect(read).toMatchObject({ kind: 'ready', origin: 'file' });
    expect(keyOf(read).derive('pin-pepper')).toEqual(keyOf(made).derive('pin-pepper'));
  });

  it('is not made where there is data already', () => {
    const message = messageOf(loadMasterKey({ file, mayCreate: false }));
    expect(message).toContain(file);
    expect(message).toContain('missing');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([0o640, 0o604, 0o666])('is refused when others can reach it (mode %o)', (mode) => {
    loadMasterKey({ file, mayCreate: true });
    chmodSync(file, mode);
    const message = messageOf(loadMasterKey({ file, mayCreate: true }));
    expect(message).toContain(file);
    expect(message).toContain(`0${mode.toString(8)}`);
  });

  it.each(['', 'abc', bytes.subarray(3).toString('base64'), `${bytes.toString('hex')}00`])('is refused when its length is wrong: %j', (text) => {
    writeFileSync(file, text, { mode: 0o600 });
    expect(messageOf(loadMasterKey({ file, mayCreate: true }))).toContain(file);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('is refused when it is a folder, or has none to lie in', () => {
    mkdirSync(file, { mode: 0o700 });
    expect(messageOf(loadMasterKey({ file, mayCreate: true }))).toContain(file);
    const nowhere = join(folder, 'no', 'master.key');
    expect(messageOf(loadMasterKey({ file: nowhere, mayCreate: true }))).toContain('ENOENT');
  });
});

describe('sub-keys', () => {
  it('come from HKDF-SHA256 and differ by label', () => {
    const key = new MasterKey(bytes);
    expect(key.derive('pin-pepper')).toEqual(Buffer.from(hkdfSync('sha256', bytes, '', 'tanager/1/pin-pepper', 32)));
    const all = (['key-wrapping', 'key-check', 'look-up-index', 'pin-pepper', 'session-signing'] as const).map((label) => key.derive(label).toString('hex'));
    expect(new Set(all).size).toBe(5);
  });

  it('are all that can be had of a master key', () => {
    const key = new MasterKey(bytes);
    expect([`${key}`, JSON.stringify({ key }), inspect(key, { showHidden: true })]).toEqual(['[object Object]', '{"key":{}}', 'MasterKey {}']);
    expect(() => new MasterKey(bytes.subarray(1))).toThrow('32 bytes');
  });
});
