import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { overhear } from '../../fixtures/surroundings.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { fileGateway } from '../../../src/gateways/file/fileGateway.js';
import { gammuFile } from '../../../src/gateways/file/gammuFile.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';
import { Secret } from '../../../src/security/secret.js';

const folder = temporaryFolder();
const registry = gatewayRegistry([fileGateway({ folder, now: () => new Date(2026, 10, 8, 9, 5, 3) })]);
const faultsOf = (options: Record<string, unknown>) => {
  const read = registry.parseDefinition({ kind: 'file', options });
  return 'faults' in read ? read.faults : [];
};
const opened = (definition: Parameters<typeof registry.parseDefinition>[0]) => {
  const read = registry.parseDefinition(definition);
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.open('f', overhear());
};
const message = { to: '+491701234567', text: new Secret('Code 918273 – 要'), reference: 'ref-1', validity: 119.7 };
const send = async (options: Record<string, unknown>, ...changed: Partial<typeof message>[]) => {
  const gateway = opened({ kind: 'file', options });
  const outcomes = await Promise.all((changed.length > 0 ? changed : [{}]).map((change) => gateway.send({ ...message, ...change })));
  await gateway.close();
  return outcomes;
};
const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('the last message', () => {
  it('stands in the file, alone and for its owner only', async () => {
    const path = join(folder, 'last');
    writeFileSync(path, 'old and much longer than what comes now '.repeat(10), { mode: 0o666 });
    expect(await send({ format: 'last', file: 'last' })).toEqual([{ kind: 'sent' }]);
    expect(readFileSync(path, 'utf8')).toBe(`+491701234567:${message.text.reveal()}`);
    expect(modeOf(path)).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('lines', () => {
  it('each holds one message, however it reads and however many come at once', async () => {
    const texts = ['a\nb', '"},{"', '\u2028', 'x'.repeat(5_000), ...Array.from({ length: 30 }, (_, index) => `text ${index}`)];
    const outcomes = await send({ format: 'lines', file: 'lines' }, ...texts.map((text) => ({ text: new Secret(text), to: '-1" or' })));
    expect(outcomes.every(({ kind }) => kind === 'sent')).toBe(true);
    const lines = readFileSync(join(folder, 'lines'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { text: string });
    expect(lines.map(({ text }) => text).sort()).toEqual([...texts].sort());
    expect(lines[0]).toMatchObject({ time: new Date(2026, 10, 8, 9, 5, 3).toISOString(), to: '-1" or', reference: 'ref-1', validity: 119 });
    expect(modeOf(join(folder, 'lines'))).toBe(0o600);
  });
});

describe('files for gammu-smsd', () => {
  it('have names that say when and to whom, and texts in its alphabet', async () => {
    mkdirSync(join(folder, 'outbox'));
    expect(await send({ format: 'gammu', folder: 'outbox', deliveryReport: true }, {}, { reference: 'a_b/../c.txt' })).toEqual([{ kind: 'sent' }, { kind: 'sent' }]);
    await send({ format: 'gammu', folder: 'outbox', number: { digitsOnly: true } }, { to: '+49 (170) 1', reference: 'third' });
    const names = readdirSync(join(folder, 'outbox')).sort();
    expect(names).toEqual([
      'OUTA20261108_090503_001_+491701234567_ref-1.txtd', 'OUTA20261108_090503_001_+491701_third.txt', 'OUTA20261108_090503_002_+491701234567_abctxt.txtd',
    ]);
    const content = readFileSync(join(folder, 'outbox', names[0]!));
    expect([...content.subarray(0, 2)]).toEqual([0xff, 0xfe]);
    expect(content.subarray(2).toString('utf16le')).toBe(message.text.reveal());
    expect(modeOf(join(folder, 'outbox', names[0]!))).toBe(0o600);
  });

  it.each(['+49 170', '-1', '..', '0170_1', '+49/170', '', '1'.repeat(21)])('are not written for the number %j', async (to) => {
    const [outcome] = await send({ format: 'gammu' }, { to });
    expect(outcome).toMatchObject({ kind: 'rejected' });
    expect(to === '' || !JSON.stringify(outcome).includes(to) || to === '..' || to === '-1').toBe(true);
  });

  it('never have a name that leads elsewhere or that the daemon cannot take, whatever number and reference are', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', maxLength: 200 }), fc.boolean(), (to, reference, deliveryReport) => {
      for (const number of [to, '+4917012345678901234']) {
        const file = gammuFile({ text: new Secret('x'), reference }, number, { deliveryReport, now: new Date(0), serial: 999 });
        if ('problem' in file) continue;
        expect(file.name).toMatch(/^OUTA\d{8}_\d{6}_\d{3}_\+?\d{1,20}_[A-Za-z0-9-]*\.txtd?$/);
        expect(file.name.length).toBeLessThan(100);
      }
    }));
  });
});

describe('where it may write', () => {
  it.each([
    [{ format: 'last', file: '../out' }, 'file', 'lies outside the folder that the service allows'],
    [{ format: 'last', file: '/etc/out' }, 'file', 'lies outside the folder that the service allows'],
    [{ format: 'lines', file: 'none/out' }, 'file', 'lies in a folder that does not exist'],
    [{ format: 'lines', file: 'a\0b' }, 'file', 'is not a name of a file'],
    [{ format: 'last', file: '.' }, 'file', 'lies outside the folder that the service allows'],
    [{ format: 'gammu', folder: '..' }, 'folder', 'lies outside the folder that the service allows'],
    [{ format: 'gammu', folder: 'none' }, 'folder', 'does not exist'],
    [{ format: 'gammu', file: 'x' }, 'file', 'is not an option of this kind of gateway'],
    [{ format: 'last' }, 'file', 'is missing'],
    [{ file: 'x' }, 'format', 'must be last, lines or gammu'],
  ])('%j is refused', (options, key, problem) => {
    expect(faultsOf(options)).toEqual([{ key, problem }]);
  });

  it('is no place that a link leads to', async () => {
    const outside = temporaryFolder();
    symlinkSync(outside, join(folder, 'link'));
    symlinkSync(join(outside, 'target'), join(folder, 'target'));
    mkdirSync(join(folder, 'dir'));
    expect(faultsOf({ format: 'last', file: 'link/x' })).toEqual([{ key: 'file', problem: 'lies outside the folder that the service allows' }]);
    expect(faultsOf({ format: 'gammu', folder: 'link' })).toEqual([{ key: 'folder', problem: 'lies outside the folder that the service allows' }]);
    for (const file of ['target', 'dir']) expect(faultsOf({ format: 'lines', file })).toEqual([{ key: 'file', problem: 'is there already and is no plain file' }]);
    for (const format of ['last', 'lines']) {
      const gateway = opened({ kind: 'file', options: { format, file: 'turned' } });
      symlinkSync(join(outside, 'target'), join(folder, 'turned'));
      expect(await gateway.send(message)).toEqual({ kind: 'unavailable', reason: 'file is there already and is no plain file' });
      rmSync(join(folder, 'turned'));
    }
    expect(readdirSync(outside)).toEqual([]);
  });

  it('is unavailable when it is gone', async () => {
    mkdirSync(join(folder, 'gone'));
    const gateways = [{ format: 'last', file: 'gone/x' }, { format: 'lines', file: 'gone/y' }, { format: 'gammu', folder: 'gone' }].map((options) => opened({ kind: 'file', options }));
    rmSync(join(folder, 'gone'), { recursive: true });
    for (const gateway of gateways) expect(await gateway.send(message)).toMatchObject({ kind: 'unavailable', reason: expect.stringMatching(/does not exist$/) });
  });

  it('is unavailable when it cannot be written', async () => {
    if (process.getuid?.() === 0) return; // root may write everywhere
    mkdirSync(join(folder, 'closed'), { mode: 0o500 });
    expect(await send({ format: 'last', file: 'closed/x' })).toEqual([{ kind: 'unavailable', reason: 'the file cannot be written (EACCES)' }]);
    chmodSync(join(folder, 'closed'), 0o700);
  });

  it('is nowhere without a folder', () => {
    const without = gatewayRegistry([fileGateway({ folder: undefined })]);
    const problem = 'is not available: TANAGER_FILE_DIR has to name the folder that may be written in';
    expect(without.parseDefinition({ kind: 'file', options: {} })).toEqual({ faults: [{ key: 'kind', problem }] });
    expect(without.parseDefinition({ module: 'FileSMSProvider', options: { file: 'x' } })).toEqual({ faults: [{ key: 'class', problem }] });
  });

  it.each(['+49\n1', '1'.repeat(65)])('is not written in for a number that is none: %j', async (to) => {
    expect(await send({ format: 'last', file: 'never' }, { to })).toMatchObject([{ kind: 'rejected' }]);
    expect(readdirSync(folder)).not.toContain('never');
  });
});

describe("LinOTP's form", () => {
  it.each(['FileSMSProvider', 'smsprovider.FileSMSProvider', 'smsprovider.FileSMSProvider.FileSMSProvider', 'linotp.provider.smsprovider.FileSMSProvider'])('%s writes number and text', async (module) => {
    mkdirSync(join(folder, 'here'), { recursive: true });
    const gateway = opened({ module, options: { file: 'sms.txt', here: join(folder, 'here'), MSISDN: true, SUPPRESS_PREFIX: '+' } });
    expect(await gateway.send({ ...message, to: '+49 170 1' })).toEqual({ kind: 'sent' });
    expect(readFileSync(join(folder, 'here/sms.txt'), 'utf8')).toBe(`491701:${message.text.reveal()}`);
    expect(registry.parseDefinition({ module, options: { file: 'a', here: 'here', timeout: 5 } })).toMatchObject({ ignored: ['timeout'] });
  });

  it('names faults by its own keys', () => {
    const of = (options: Record<string, unknown>) => registry.parseDefinition({ module: 'FileSMSProvider', options });
    expect(of({})).toMatchObject({ faults: [{ key: 'file', problem: 'is missing' }] });
    expect(of({ file: 'x', here: '/etc' })).toEqual({ faults: [{ key: 'here', problem: 'lies outside the folder that the service allows' }] });
    expect(of({ file: '../x', MSISDN: 'perhaps' })).toMatchObject({ faults: [{ key: 'MSISDN' }, { key: 'file', problem: expect.stringContaining('without a path') }] });
    expect(of({ file: { a: 1 } })).toMatchObject({ faults: [{ key: 'file', problem: 'must be a text' }] });
  });
});
