import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import type { Tanager } from '../../src/app.js';
import { serialLine } from '../../src/gateways/modem/serialLine.js';
import { modemContract } from '../contract/modem.js';
import { fakeModem, type FakeModem } from '../fixtures/fakeModem.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { asAdmin, contextOf, hotp, newTransactionId, rfcKey, secret, startService } from '../fixtures/service.js';
import { describeWith, startProgram } from './program.js';

/** A modem at the other end of a pair of pseudo-terminals: what is written to one comes out of the other, as with a serial cable. */
const layCable = async (modem: FakeModem): Promise<{ port: string; unplug(): Promise<void>; plugIn(): Promise<void>; close(): Promise<void> }> => {
  const folder = temporaryFolder();
  const [ours, theirs] = [join(folder, 'ttyGateway'), join(folder, 'ttyModem')];
  let unplug = async (): Promise<void> => undefined;
  const plugIn = async (): Promise<void> => {
    const socat = startProgram('socat', ['-d', '-d', `pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`]);
    await socat.says(/starting data transfer loop/);
    const end = new SerialPort({ path: theirs, baudRate: 115_200, autoOpen: false });
    await new Promise<void>((resolve, reject) => end.open((error) => (error ? reject(error) : resolve())));
    modem.attach(end);
    unplug = async () => {
      await new Promise<void>((resolve) => (end.isOpen ? end.close(() => resolve()) : resolve()));
      await socat.stop();
      if (existsSync(ours)) throw new Error('socat left its link behind');
    };
  };
  await plugIn();
  return { port: ours, plugIn, unplug: () => unplug(), close: () => unplug() };
};

describeWith({ socat: 'socat' }, 'a modem at a pseudo-terminal', () => {
  modemContract(layCable);
});

describeWith({ socat: 'socat' }, 'a serial port', () => {
  let cable: Awaited<ReturnType<typeof layCable>>;
  beforeEach(async () => { cable = await layCable(fakeModem()); });
  afterEach(() => cable.close());

  it('that another program has is not opened', async () => {
    const line = await serialLine({ port: cable.port, baudRate: 115_200 })();
    expect(line).not.toHaveProperty('problem');
    expect(await serialLine({ port: cable.port, baudRate: 115_200 })()).toEqual({ problem: 'another program uses the port' });
    if (!('problem' in line)) await line.close();
  });

  it('that the service may not use is explained', async () => {
    const administrator = process.geteuid!() === 0;
    chmodSync(join(cable.port, '..'), 0o755);
    chmodSync(cable.port, administrator ? 0o600 : 0);
    if (administrator) process.seteuid!(65_534);
    try {
      expect(await serialLine({ port: cable.port, baudRate: 115_200 })()).toEqual({ problem: expect.stringContaining('dialout') });
    } finally {
      if (administrator) process.seteuid!(0);
    }
  });
});

describeWith({ socat: 'socat' }, 'the service with a modem', () => {
  let modem: FakeModem;
  let cable: Awaited<ReturnType<typeof layCable>>;
  let service: Tanager;
  beforeAll(async () => {
    modem = fakeModem();
    [cable, service] = await Promise.all([layCable(modem), startService()]);
  });
  afterAll(async () => {
    await service.close();
    await cable.close();
  });

  it('logs in by a code that LinOTP would have sent through gnokii', async () => {
    const { gateways, settings, tokens, authenticate, trail } = service.application;
    const CONFIGFILE = join(temporaryFolder(), 'gnokiirc');
    writeFileSync(CONFIGFILE, `[global]\nport = ${cable.port}\nmodel = AT\nconnection = serial\nserial_baudrate = 19200\n`);
    const module = 'smsprovider.DeviceSMSProvider.DeviceSMSProvider';
    await gateways.define({ name: 'stick', kind: 'modem', module, written: { options: { CONFIGFILE } } }, asAdmin());
    await settings.change([{ key: 'sms.identifier', value: 'stick' }], asAdmin());
    await tokens.enrol({ serial: 'SMS1', login: 'alice', phone: '+49 170 1000701', pin: secret('pin'), seed: secret(rfcKey) }, asAdmin());
    const outcome = await authenticate.check({ login: 'alice', pass: secret('pin'), newTransactionId }, contextOf());
    expect(outcome).toMatchObject({ kind: 'challenged', challenges: [{ delivery: 'sent' }] });
    const [submitted] = modem.submitted;
    expect(submitted).toMatchObject({ to: '+491701000701', text: hotp(1), validity: 300 });
    const { events } = await trail.page({ stream: 'token-SMS1', types: ['SmsDispatched'] }, { limit: 1, order: 'asc' });
    expect(events[0]!.data).toMatchObject({ gateway: 'stick', messageId: expect.stringMatching(/^[0-9a-f]{16}-251$/) });
    expect(await authenticate.check({ login: 'alice', pass: secret(`pin${submitted!.text}`), newTransactionId }, contextOf())).toMatchObject({ kind: 'accepted' });
  });
});
