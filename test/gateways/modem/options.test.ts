import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modemGateway } from '../../../src/gateways/modem/modemGateway.js';
import { problemOf, serialLine } from '../../../src/gateways/modem/serialLine.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';
import { temporaryFolder } from '../../fixtures/folder.js';

const registry = gatewayRegistry([modemGateway]);
const read = (options: Record<string, unknown>) => registry.parseDefinition({ kind: 'modem', options });
const faultsOf = (result: ReturnType<typeof registry.parseDefinition>) => ('faults' in result ? result.faults.map(({ key, problem }) => `${key} ${problem}`) : []);

const gnokiirc = (text: string): string => {
  const path = join(temporaryFolder(), 'gnokiirc');
  writeFileSync(path, text);
  return path;
};

describe('options', () => {
  it('are few for a modem at a port', () => {
    expect(read({ port: '/dev/ttyUSB0' })).toMatchObject({ options: { port: '/dev/ttyUSB0', baudRate: 115_200, receipts: true, timeout: 60 }, timeout: 60_000, listens: true, ignored: [] });
    expect(read({ port: '/dev/ttyUSB0', receipts: false })).toMatchObject({ listens: false });
  });

  it('win over those of a file', () => {
    const configFile = gnokiirc('[global]\nport = /dev/ttyS0\nserial_baudrate = 9600\nsmsc = +491710760000\n');
    expect(read({ configFile })).toMatchObject({ options: { port: '/dev/ttyS0', baudRate: 9_600, smsc: '+491710760000' } });
    expect(read({ configFile, port: '/dev/ttyS1', baudRate: 19_200, smsc: '+491722270333' })).toMatchObject({ options: { port: '/dev/ttyS1', baudRate: 19_200, smsc: '+491722270333' } });
  });

  it.each([
    [{}, 'port is missing; give it, or a configFile that names it'],
    [{ port: '' }, 'port must not be empty'],
    [{ port: 'a\nb' }, 'port holds control characters'],
    [{ port: 'x', pin: '12a4' }, 'pin must be 4 to 8 digits'],
    [{ port: 'x', smsc: 'none' }, 'smsc is not a number of 1 to 20 digits'],
    [{ port: 'x', baudRate: 1.5 }, 'baudRate must be a whole number'],
    [{ port: 'x', timeout: 1 }, 'timeout must be at least 5'],
    [{ port: 'x', speed: 1 }, 'speed is not an option of this kind of gateway'],
    [{ configFile: '/nowhere/gnokiirc' }, 'configFile names a file that does not exist'],
  ])('%j: %s', (options, fault) => {
    expect(faultsOf(read(options))).toEqual([fault]);
  });

  it('name the key and the line of a file', () => {
    expect(faultsOf(read({ configFile: gnokiirc('[global]\nport = x\nconnection = irda\n') }))).toEqual([expect.stringMatching(/^configFile line 3 of the file: connection must be serial/)]);
    expect(faultsOf(read({ configFile: gnokiirc('[global]\nmodel = AT\n') }))).toEqual(['port is missing, here and in the file']);
  });

  it('keep the PIN to themselves', () => {
    expect(JSON.stringify(read({ port: 'x', pin: '4711' }))).not.toContain('4711');
  });
});

describe("LinOTP's form", () => {
  const linotp = (options: Record<string, unknown>, module = 'smsprovider.DeviceSMSProvider.DeviceSMSProvider') => registry.parseDefinition({ module, options });

  it.each(['DeviceSMSProvider', 'smsprovider.DeviceSMSProvider', 'smsprovider.DeviceSMSProvider.DeviceSMSProvider', 'linotp.provider.smsprovider.DeviceSMSProvider'])('is read as %s', (module) => {
    const CONFIGFILE = gnokiirc('[global]\nport = /dev/ttyS0\nmodel = AT\nconnection = serial\n');
    expect(linotp({ CONFIGFILE, SMSC: '+491710760000', MSISDN: true, SUPPRESS_PREFIX: '+', extra: 1 }, module)).toMatchObject({
      kind: 'modem', ignored: ['extra'], options: { port: '/dev/ttyS0', smsc: '+491710760000', number: { digitsOnly: true, removePrefix: '+' } },
    });
  });

  it('has its own names in every fault', () => {
    expect(faultsOf(linotp({}))).toEqual(['CONFIGFILE is missing']);
    expect(faultsOf(linotp({ CONFIGFILE: {}, MSISDN: 'perhaps' }))).toEqual(['CONFIGFILE must be a text', 'MSISDN must be true or false']);
    expect(faultsOf(linotp({ CONFIGFILE: gnokiirc('[global]\n'), SMSC: 'x' }))).toContain('SMSC is not a number of 1 to 20 digits');
    expect(faultsOf(linotp({ CONFIGFILE: gnokiirc('[global]\nmodel = 3310\n') }))).toEqual([expect.stringMatching(/^CONFIGFILE line 2 of the file: model must be AT/)]);
    expect(faultsOf(linotp({ CONFIGFILE: gnokiirc('[global]\nmodel = AT\n') }))).toEqual(['CONFIGFILE is missing, here and in the file']);
  });
});

describe('a serial port', () => {
  it('that is not there, or is something else, is said to be so', async () => {
    const place = temporaryFolder();
    expect(await serialLine({ port: join(place, 'ttyUSB0'), baudRate: 9_600 })()).toEqual({ problem: expect.stringContaining('there is no such port') });
    expect(await serialLine({ port: place, baudRate: 9_600 })()).toEqual({ problem: 'the port is no serial port' });
    expect(await serialLine({ port: '/dev/null', baudRate: 9_600 })()).toEqual({ problem: 'the port cannot be opened' });
  });

  it.each([
    [{ code: 'EACCES', message: '' }, /group.*dialout on Debian \(usermod -aG dialout/],
    [{ message: 'Error: Permission denied, cannot open /dev/ttyUSB0' }, /dialout/],
    [{ message: 'Error Resource temporarily unavailable Cannot lock port' }, /another program uses the port/],
    [{ message: 'Error: No such file or directory, cannot open COM7' }, /there is no such port/],
    [{ code: 'ERR_DLOPEN_FAILED', message: '' }, /library/],
    [{ message: 'whatever /dev/ttyUSB0 says' }, /^the port cannot be opened$/],
  ])('%j is explained', (error, words) => {
    expect(problemOf(error)).toMatch(words);
  });
});
