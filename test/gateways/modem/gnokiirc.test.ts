import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseGnokiirc, readGnokiirc } from '../../../src/gateways/modem/gnokiirc.js';
import { temporaryFolder } from '../../fixtures/folder.js';

const usual = `# /etc/gnokiirc
[global]
port = /dev/ttyUSB0
  model = AT
connection=serial
; initlength = default
use_locking = yes
serial_baudrate = 19200
smsc_timeout = 10

[gnokiid]
bindir = /usr/sbin/

[logging]
debug = off
port is what it likes
`;

it('reads what the file says about the modem, and passes over the rest', () => {
  expect(parseGnokiirc(usual)).toEqual({ port: '/dev/ttyUSB0', baudRate: 19_200 });
});

it('takes what editors and people do to files', () => {
  expect(parseGnokiirc('\ufeff[Global]\r\nPORT="/dev/ttyS0"\r\nModel = at-hw\r\nsmsc = +491710760000\r\n')).toEqual({ port: '/dev/ttyS0', smsc: '+491710760000' });
  expect(parseGnokiirc('[ global ]\nsmsc =\n')).toEqual({});
});

it.each([
  ['[global]\nport = /dev/ttyS0\nmodel = 6510\n', 'line 3 of the file: model must be AT'],
  ['[global]\nmodel = AT\n\nconnection = bluetooth\n', 'line 4 of the file: connection must be serial'],
  ['[global]\nconnection = dau9p\n', 'line 2 of the file: connection must be serial'],
  ['[global]\nserial_baudrate = fast\n', 'line 2 of the file: serial_baudrate must be a whole number from 300 to 4000000'],
  ['[global]\nserial_baudrate = 1\n', 'line 2 of the file: serial_baudrate must be'],
  ['[global]\nport =\n', 'line 2 of the file: port must be the path of a serial port'],
  ['[global]\nsmsc = none\n', 'line 2 of the file: smsc must be a number'],
  ['[global]\nmodel AT\n', 'line 2 of the file is neither [section], key = value nor a comment'],
  ['root:x:0:0:root:/root:/bin/bash\n', 'names a file without a section [global]'],
])('says by line and key what is wrong with %j', (text, problem) => {
  const read = parseGnokiirc(text) as { problem: string };
  expect(read.problem).toContain(problem);
  expect(read.problem).not.toMatch(/6510|fast|none|root/);
});

it('takes no name of a property for a key', () => {
  expect(parseGnokiirc('[global]\nconstructor = x\n__proto__ = y\n')).toEqual({});
});

it('says why a file cannot be read', () => {
  const place = temporaryFolder();
  expect(readGnokiirc(join(place, 'missing'))).toEqual({ problem: 'names a file that does not exist' });
  expect(readGnokiirc(place)).toEqual({ problem: 'is not a file of at most 65536 bytes' });
  writeFileSync(join(place, 'gnokiirc'), usual);
  expect(readGnokiirc(join(place, 'gnokiirc'))).toMatchObject({ port: '/dev/ttyUSB0' });
});
