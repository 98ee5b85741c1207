import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { overhear } from '../fixtures/surroundings.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { fileGateway } from '../../src/gateways/file/fileGateway.js';
import { gatewayRegistry } from '../../src/gateways/registry.js';
import { scriptGateway } from '../../src/gateways/script/scriptGateway.js';
import { Secret } from '../../src/security/secret.js';
import { describeWith, startProgram, whereIs, type Program } from './program.js';

/** The script of docs/gateways/script.md. */
const page = readFileSync('docs/gateways/script.md', 'utf8');
const example = /\n {4}#!\/bin\/sh\n(?: {4}.*\n|\n)+/.exec(page)![0].replace(/^ {4}/gm, '').trimStart();

describeWith({ 'gammu-smsd': 'gammu-smsd', 'gammu-smsd-inject': 'gammu-smsd' }, 'gammu-smsd with its dummy telephone', () => {
  const folder = temporaryFolder();
  const log = join(folder, 'log');
  let daemon: Program;

  beforeAll(() => {
    for (const name of ['phone/pbk', ...[1, 2, 3, 4].map((box) => `phone/sms/${box}`), 'in', 'out', 'sent', 'failed']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'smsdrc'), [
      '[gammu]', 'model = dummy', 'connection = none', `port = ${folder}/phone`,
      '[smsd]', 'service = files', `logfile = ${log}`, 'debuglevel = 255', 'loopsleep = 1', 'commtimeout = 1', 'checksecurity = 0', 'transmitformat = auto',
      `inboxpath = ${folder}/in/`, `outboxpath = ${folder}/out/`, `sentsmspath = ${folder}/sent/`, `errorsmspath = ${folder}/failed/`, '',
    ].join('\n'));
    daemon = startProgram(whereIs('gammu-smsd')!, ['-c', join(folder, 'smsdrc')], { env: { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' } });
  });
  afterAll(() => daemon.stop());

  const said = (): string => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  /** What the daemon found for a number; coding 3 is the default alphabet, 1 is UCS-2. */
  const transmitted = async (to: string): Promise<{ text: string; coding: number; parts: number; report: boolean }> => {
    const number = to.replace('+', '\\+');
    const sent = new RegExp(`Transmitted OUT.* to ${number},`);
    for (let tries = 0; !sent.test(said()); tries += 1) {
      if (tries > 200) throw new Error(`nothing was sent: ${said()}${daemon.output()}`);
      await pause(100);
    }
    const [, parts, text, coding, dlr] = new RegExp(`Found (\\d+) sms to "${number}" with text "([^]*?)" cod (\\d) .* dlr: (-?\\d)`).exec(said())!;
    return { text: text!, coding: Number(coding), parts: Number(parts), report: dlr === '1' };
  };
  const send = async (kind: 'file' | 'script', options: Record<string, unknown>, to: string, text: string) => {
    const read = gatewayRegistry([fileGateway({ folder }), scriptGateway({ folder })]).parseDefinition({ kind, options });
    if ('faults' in read) throw new Error(JSON.stringify(read.faults));
    const gateway = read.open('gammu', overhear());
    const outcome = await gateway.send({ to, text: new Secret(text), reference: `r${to.slice(1)}`, validity: 120 });
    await gateway.close();
    return outcome;
  };

  it('sends what the file gateway writes', async () => {
    expect(await send('file', { format: 'gammu', folder: 'out', deliveryReport: true }, '+491701', 'Code 918273 {€}')).toEqual({ kind: 'sent' });
    expect(await transmitted('+491701')).toEqual({ text: 'Code 918273 {€}', coding: 3, parts: 1, report: true });
    expect(await send('file', { format: 'gammu', folder: 'out' }, '+491702', 'Code 918274 – 验证码')).toEqual({ kind: 'sent' });
    expect(await transmitted('+491702')).toEqual({ text: 'Code 918274 – 验证码', coding: 1, parts: 1, report: false });
    expect(await send('file', { format: 'gammu', folder: 'out' }, '+491703', `Code 918275 ${'long '.repeat(60)}`)).toEqual({ kind: 'sent' });
    expect(await transmitted('+491703')).toMatchObject({ coding: 3, parts: 3 });
    expect(readdirSync(join(folder, 'failed'))).toEqual([]);
  });

  it('sends what the script gateway puts into its queue', async () => {
    writeFileSync(join(folder, 'gammu'), example.replace('/etc/gammu-smsdrc', join(folder, 'smsdrc')));
    chmodSync(join(folder, 'gammu'), 0o755);
    const options = { script: 'gammu', number: { digitsOnly: true } };
    expect(await send('script', options, '+49 1704', 'Code 918276')).toMatchObject({ kind: 'sent' });
    expect(await transmitted('+491704')).toMatchObject({ text: 'Code 918276', coding: 3 });
    expect(await send('script', options, '+49 1705', 'Code 918277 – 验证码')).toMatchObject({ kind: 'sent' });
    expect(await transmitted('+491705')).toMatchObject({ text: 'Code 918277 – 验证码', coding: 1 });
  });
});
