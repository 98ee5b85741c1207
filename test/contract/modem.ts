import fc from 'fast-check';
import type { Gateway, Message, SendOutcome } from '../../src/gateways/gateway.js';
import type { OpenLine } from '../../src/gateways/modem/line.js';
import { modemKind } from '../../src/gateways/modem/modemGateway.js';
import type { ModemOptions } from '../../src/gateways/modem/options.js';
import type { Times } from '../../src/gateways/modem/times.js';
import { Secret } from '../../src/security/secret.js';
import { fakeModem, type FakeModem, type Nature } from '../fixtures/fakeModem.js';
import { overhear, type Overheard } from '../fixtures/surroundings.js';

/** A line between a gateway and a modem of a test. */
export interface Wire {
  readonly port: string;
  /** How the gateway opens its end; absent where it opens the port itself. */
  readonly openLine?: OpenLine;
  /** What is due to a modem that is unplugged. */
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
  close(): Promise<void>;
}

const times: Times = { command: 2_000, sign: 400, prompt: 600, settle: 1_000, poll: 20, again: 20, longestPause: 100, heartbeat: 60_000 };
const number = '+4917012345678';
const code = '287082';
const message = (more: Partial<{ to: string; text: string; validity: number }> = {}): Message => ({
  to: more.to ?? number, text: new Secret(more.text ?? `Your code is ${code}`), reference: 'r', validity: more.validity ?? 290,
});

/** What the gateway owes its users, whatever modem it has. */
export const modemContract = (lay: (modem: FakeModem) => Promise<Wire>): void => {
  let modem: FakeModem;
  let wire: Wire;
  let overheard: Overheard;
  const gateways: Gateway[] = [];
  const outcomes: SendOutcome[] = [];

  const start = async (nature: Partial<Nature> = {}): Promise<void> => {
    modem = fakeModem(nature);
    wire = await lay(modem);
  };
  const open = ({ name = 'main', patience = times, hearer = overhear(), ...options }: Partial<ModemOptions> & { name?: string; patience?: Times; hearer?: Overheard } = {}): Gateway => {
    overheard = hearer;
    const { openLine } = wire;
    const kind = modemKind({ times: patience, ...(openLine ? { lineTo: () => openLine } : {}) });
    const gateway = kind.open(name, { port: wire.port, baudRate: 115_200, receipts: true, timeout: 20, ...options }, hearer);
    gateways.push(gateway);
    return { ...gateway, send: async (sent) => {
      const outcome = await gateway.send(sent);
      outcomes.push(outcome);
      return outcome;
    } };
  };
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
    await wire.close();
    // no outcome and no warning ever tells number, text or PIN
    expect(JSON.stringify([outcomes.splice(0).map((outcome) => ('reason' in outcome ? outcome.reason : '')), overheard.warnings])).not.toMatch(/12345678|287082|Your code|1234|4321/);
  });
  const sent = { kind: 'sent', messageId: expect.stringMatching(/^[0-9a-f]{16}-\d+$/) };

  it('sends a text with the life that its code has left, and asks for a report', async () => {
    await start();
    expect(await open().send(message())).toEqual(sent);
    expect(modem.submitted).toEqual([{ to: number, text: `Your code is ${code}`, encoding: 'gsm-7', report: true, validity: 300, messageNumber: 251 }]);
    expect(modem.commands).toEqual([
      'AT+CMGF?', 'ATE0', 'AT+CMEE=1', 'AT+CPIN?', 'AT+CSMS=0', 'AT+CMGF=0', 'AT+CMMS=2', 'AT+CNMI=2,1,0,1,0', 'AT+CREG?', 'AT+CSCA?',
      'AT+CREG?', 'AT+CMGF=0', expect.stringMatching(/^AT\+CMGS=\d+$/),
    ]);
  });

  it('sends by the service centre of the options, in the order of the messages, without reports where none are wanted', async () => {
    await start();
    const gateway = open({ smsc: '+491722270333', receipts: false, number: { removePrefix: '+' } });
    const results = await Promise.all(['1', '2', '3'].map((text) => gateway.send(message({ text }))));
    expect(results).toEqual(Array(3).fill({ kind: 'sent' }));
    expect(modem.submitted.map(({ text, to, report, serviceCentre }) => [text, to, report, serviceCentre])).toEqual(['1', '2', '3'].map((text) => [text, '4917012345678', false, '+491722270333']));
  });

  it('sends any text, in as many SMS as it takes', async () => {
    await start();
    const gateway = open();
    await fc.assert(fc.asyncProperty(fc.string({ unit: fc.constantFrom(...'aé€ \n{}', 'д', '😀'), maxLength: 300 }), async (text) => {
      const before = modem.submitted.length;
      expect(await gateway.send(message({ text }))).toEqual(sent);
      expect(modem.submitted.slice(before).map((part) => part.text).join('')).toBe(text);
    }), { numRuns: 20 });
  });

  it('tells of a long message when its last part was delivered, and of each message once', async () => {
    await start();
    const gateway = open();
    const [long, short] = [await gateway.send(message({ text: 'long '.repeat(80) })), await gateway.send(message())];
    expect(modem.submitted.map(({ report }) => report)).toEqual([false, false, true, true]);
    const [, , last, single] = modem.submitted;
    modem.report(last!.messageNumber, number, 0x46);
    expect(await overheard.nextReceipt()).toEqual({ messageId: (long as { messageId: string }).messageId, state: 'undelivered', detail: 'status 70, validity period expired' });
    // written without the prefix of the country, for somebody else, twice, and of a message that is not ours
    modem.report(single!.messageNumber, '+4917099999999', 0);
    modem.report(7, number, 0);
    modem.report(single!.messageNumber, '017012345678', 0x22);
    expect(await overheard.nextReceipt()).toMatchObject({ messageId: (short as { messageId: string }).messageId, state: 'pending' });
    modem.report(single!.messageNumber, '017012345678', 0);
    expect(await overheard.nextReceipt()).toMatchObject({ messageId: (short as { messageId: string }).messageId, state: 'delivered' });
    modem.report(single!.messageNumber, '017012345678', 0);
    await gateway.send(message());
    expect(overheard.receipts).toHaveLength(3);
  });

  it('tells a receipt again that came before its message was written down', async () => {
    await start();
    let asked = 0;
    const hearer = overhear(() => (asked += 1) > 2);
    await open({ hearer }).send(message());
    modem.report(251, number, 0);
    const receipts = [await hearer.nextReceipt(), await hearer.nextReceipt(), await hearer.nextReceipt()];
    expect(new Set(receipts.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('knows the report that comes before the answer', async () => {
    await start();
    modem.mishap({ instead: () => {
      modem.report(251, number, 0);
      modem.say('\r\n+CMGS: 251\r\n\r\nOK\r\n');
    } });
    const outcome = await open().send(message());
    expect(await overheard.nextReceipt()).toMatchObject({ messageId: (outcome as { messageId: string }).messageId, state: 'delivered' });
  });

  describe('takes as it is a modem', () => {
    it.each<[string, Partial<Nature>]>([
      ['that echoes and goes on with it', { stubbornEcho: true }],
      ['with noise on its line', { noise: '\0\xff\xfe~~\x00\r\nRDY\r\n^SYSSTART\r\n' }],
      ['that writes byte by byte', { dribble: true }],
      ['that writes byte by byte and echoes', { dribble: true, stubbornEcho: true }],
      ['that registered with the newer network only', { registration: 0, lte: 1 }],
      ['that roams', { registration: 5 }],
      ['that was left in its prompt by somebody else', { inPrompt: true }],
      ['that says OK twice', { dribble: true, answers: { 'AT+CMGF=0': '\r\nOK\r\n\r\nOK\r\n', ATE0: '\r\nOK\r\n\r\nOK\r\n' } }],
      ['that still answers to somebody else', { dribble: true, answers: { 'AT+CMGF?': '\r\n+CMGS: 77\r\n\r\nOK\r\n\r\n+CMGF: 0\r\n\r\nOK\r\n' } }],
      ['that does not know half of the commands', { answers: { 'AT+CMEE=': '\r\nERROR\r\n', 'AT+CSMS=': '\r\n+CMS ERROR: 303\r\n', 'AT+CSCA?': '\r\nERROR\r\n', 'AT+CPIN?': '\r\nERROR\r\n' } }],
    ])('%s', async (_, nature) => {
      await start(nature);
      expect(await open().send(message({ text: 'long 😀'.repeat(20) }))).toEqual(sent);
    });

    it('that answers later than it is waited for', async () => {
      await start({ delay: 60 });
      expect(await open({ patience: { ...times, sign: 25 } }).send(message())).toEqual(sent);
      expect(modem.commands.filter((command) => command === 'AT+CMGF?').length).toBeGreaterThan(1);
    });

    it('whose SIM card is slow', async () => {
      await start({ pin: 'SIM PIN', answers: { 'AT+CPIN?': '\r\n+CME ERROR: 14\r\n' } });
      const outcome = open({ pin: new Secret('1234') }).send(message());
      await until(() => modem.commands.filter((command) => command === 'AT+CPIN?').length > 1);
      delete modem.nature.answers['AT+CPIN?'];
      expect(await outcome).toEqual(sent);
    });

    it('that speaks by itself all the time', async () => {
      await start();
      const chatter = '\r\nRING\r\n\r\n+CREG: 1\r\n\r\n+CMTI: "SM",3\r\n\r\n+CMT: ,24\r\n07911326040011F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07\r\n\r\n+CDS: 25\r\n';
      modem.mishap({ between: chatter });
      modem.mishap({ between: chatter });
      const gateway = open();
      expect(await gateway.send(message())).toEqual(sent);
      modem.say(chatter);
      expect(await gateway.send(message())).toEqual(sent);
    });

    it('that never says OK after it has counted the SMS', async () => {
      await start();
      modem.mishap({ answer: '\r\n+CMGS: 9\r\n' });
      const gateway = open({ timeout: 2 });
      expect(await gateway.send(message())).toEqual({ kind: 'sent', messageId: expect.stringMatching(/-9$/) });
      expect(await gateway.send(message())).toEqual(sent);
    });

    it('that was left in its prompt', async () => {
      await start();
      const before = open();
      modem.mishap({ noPrompt: true });
      expect(await before.send(message())).toEqual({ kind: 'unavailable', reason: 'the modem did not ask for the SMS in time' });
      expect(await before.send(message())).toEqual(sent);
      expect(modem.submitted).toHaveLength(1);
    });

    it('that cannot tell of receipts, and says so', async () => {
      await start({ answers: { 'AT+CNMI=': '\r\n+CMS ERROR: 303\r\n' } });
      expect(await open().send(message())).toEqual({ kind: 'sent' });
      expect(overheard.warnings).toEqual(['the modem cannot tell what became of messages: there are no receipts']);
    });

    it('whose SIM card names no service centre, and says so', async () => {
      await start({ answers: { 'AT+CSCA?': '+CSCA: "",129' } });
      const gateway = open();
      modem.mishap({ answer: '\r\n+CMS ERROR: 330\r\n' });
      expect(await gateway.send(message())).toEqual({ kind: 'unavailable', reason: 'the number of the service centre is not known: give it as the option smsc (+CMS ERROR 330)' });
      expect(overheard.warnings).toEqual(['the SIM card names no service centre: give its number as the option smsc']);
    });
  });

  it.each([
    ['+CMS ERROR: 1', 'rejected', 'the number is not assigned'],
    ['+CMS ERROR: 8', 'rejected', 'the operator has barred SMS'],
    ['+CMS ERROR: 38', 'unavailable', 'the network is out of order'],
    ['+CMS ERROR: 192', 'unavailable', 'the service centre is busy'],
    ['+CMS ERROR: 304', 'rejected', 'the modem did not understand the SMS'],
    ['+CMS ERROR: 310', 'unavailable', 'there is no SIM card in the modem'],
    ['+CMS ERROR: 331', 'unavailable', 'there is no network'],
    ['+CMS ERROR: 332', 'unknown', 'the network did not answer in time'],
    ['+CMS ERROR: 500', 'unknown', 'the modem met a fault that it does not know'],
    ['+CMS ERROR: 538', 'unknown', 'the modem met a fault of its own kind'],
    ['+CME ERROR: 30', 'unavailable', 'there is no network'],
    ['+CMS ERROR: sim busy', 'unknown', 'the modem met a fault of its own kind'],
    ['ERROR', 'rejected', 'the modem answered ERROR'],
  ])('takes %s after the SMS for %s, and sends the next', async (answer, kind, reason) => {
    await start();
    modem.mishap({ answer: `\r\n${answer}\r\n` });
    const gateway = open();
    expect(await gateway.send(message())).toEqual({ kind, reason: expect.stringContaining(reason) });
    expect(await gateway.send(message())).toEqual(sent);
  });

  it('takes a duplicate for sent', async () => {
    await start();
    modem.mishap({ answer: '\r\n+CMS ERROR: 197\r\n' });
    expect(await open().send(message())).toEqual({ kind: 'sent' });
  });

  it('was surely not sent what was refused before the prompt', async () => {
    await start();
    modem.mishap({ insteadOfPrompt: '\r\n+CMS ERROR: 500\r\n' });
    expect(await open().send(message())).toMatchObject({ kind: 'unavailable' });
    expect(modem.submitted).toEqual([]);
  });

  it('empties a memory that is full, and says so', async () => {
    await start({ stored: 10 });
    expect(await open().send(message())).toEqual(sent);
    expect(modem.commands).toContain('AT+CMGD=1,4');
    expect(overheard.warnings).toEqual(['the memory of the modem is full: all messages in it are deleted']);
  });

  it('does not know of a long message whose second part failed', async () => {
    await start();
    modem.mishap({});
    modem.mishap({ answer: '\r\n+CMS ERROR: 38\r\n' });
    expect(await open().send(message({ text: 'x'.repeat(200) }))).toEqual({ kind: 'unknown', reason: 'SMS 2 of 2 failed after the others were sent: the network is out of order (+CMS ERROR 38)' });
  });

  it.each([['', 'nothing is left of the number'], ['call me', 'the number is not one of 1 to 20 digits'], ['+49170\x1a', 'control characters']])('refuses the number %j', async (to, reason) => {
    await start();
    expect(await open().send(message({ to }))).toEqual({ kind: 'rejected', reason: expect.stringContaining(reason) });
    expect(modem.submitted).toEqual([]);
  });

  describe('with a SIM card that is locked', () => {
    it('enters the PIN', async () => {
      await start({ pin: 'SIM PIN' });
      expect(await open({ pin: new Secret('1234') }).send(message())).toEqual(sent);
      expect(modem.commands.filter((command) => command.startsWith('AT+CPIN='))).toEqual(['AT+CPIN="1234"']);
    });

    it('enters a wrong one once, however often it is opened', async () => {
      await start({ pin: 'SIM PIN' });
      const gateway = open({ pin: new Secret('4321') });
      expect(await gateway.send(message())).toEqual({ kind: 'unavailable', reason: 'the SIM card does not take the PIN' });
      expect(await gateway.send(message())).toEqual({ kind: 'unavailable', reason: expect.stringContaining('did not take this PIN before') });
      await gateways.pop()!.close();
      expect(await open({ pin: new Secret('4321') }).send(message())).toEqual({ kind: 'unavailable', reason: expect.stringContaining('did not take this PIN before') });
      expect(modem.nature.tries).toBe(2);
      await gateways.pop()!.close();
      expect(await open({ pin: new Secret('1234') }).send(message())).toEqual(sent);
    });

    it('does not enter one again of which it does not know what became', async () => {
      await start({ pin: 'SIM PIN', answers: { 'AT+CPIN=': '\r\nOK\r\n' } });
      const gateway = open({ pin: new Secret('1234') });
      expect(await gateway.send(message())).toEqual({ kind: 'unavailable', reason: 'the SIM card does not become ready' });
      expect(await gateway.send(message())).toEqual({ kind: 'unavailable', reason: expect.stringContaining('did not take this PIN before') });
      expect(modem.commands.filter((command) => command.startsWith('AT+CPIN='))).toHaveLength(1);
    });

    it.each<[string, Partial<Nature>, string | undefined, string]>([
      ['the PIN is not given', { pin: 'SIM PIN' }, undefined, 'the SIM card wants its PIN: give it as the option pin'],
      ['one try is left', { pin: 'SIM PIN', tries: 1 }, '1234', 'the SIM card takes one more try of its PIN only'],
      ['it wants the PUK', { pin: 'SIM PUK' }, '1234', 'the SIM card is locked and wants its PUK'],
      ['it wants another code', { pin: 'PH-SIM PIN' }, '1234', 'wants a code that is not its PIN'],
      ['it is not there', { answers: { 'AT+CPIN?': '\r\n+CME ERROR: 10\r\n' } }, '1234', 'there is no SIM card'],
      ['it stays busy', { answers: { 'AT+CPIN?': '\r\n+CME ERROR: 14\r\n' } }, '1234', 'the SIM card does not become ready'],
    ])('says that %s', async (_, nature, pin, reason) => {
      await start(nature);
      const tries = modem.nature.tries;
      expect(await open({ receipts: false, ...(pin === undefined ? {} : { pin: new Secret(pin) }) }).send(message())).toEqual({ kind: 'unavailable', reason: expect.stringContaining(reason) });
      expect(modem.nature.tries).toBe(tries);
    });
  });

  it('waits for a network that is being searched for', async () => {
    await start({ registration: 2 });
    const gateway = open();
    const outcome = gateway.send(message());
    await until(() => modem.commands.filter((command) => command === 'AT+CREG?').length > 2);
    modem.nature.registration = 1;
    expect(await outcome).toEqual(sent);
  });

  it.each([[0, 'not registered'], [3, 'registration denied'], [4, 'not known']])('sends nothing without a network (%d)', async (state, words) => {
    await start({ registration: state });
    expect(await open().send(message())).toEqual({ kind: 'unavailable', reason: `the modem is not in a network: ${words}` });
    expect(modem.submitted).toEqual([]);
  });

  it('is unavailable while the modem is silent, and sends when it is not any more', async () => {
    await start({ dead: true });
    const gateway = open();
    expect(await gateway.send(message())).toEqual({ kind: 'unavailable', reason: 'the modem does not answer' });
    modem.nature.dead = false;
    expect(await gateway.send(message())).toEqual(sent);
  });

  it('does not know of a message that the modem had when it fell silent; a late answer is not taken for that to the next', async () => {
    await start();
    let late: () => void = () => undefined;
    modem.mishap({ instead: () => { late = () => modem.say('\r\n+CMGS: 77\r\n\r\nOK\r\n'); } });
    const gateway = open({ timeout: 2 });
    expect(await gateway.send(message())).toEqual({ kind: 'unknown', reason: 'the modem had the SMS and did not answer in time' });
    modem.mishap({ answer: '\r\n+CMS ERROR: 38\r\n' });
    late();
    expect(await gateway.send(message())).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('38') });
  });

  it('is back after the modem was unplugged, before a message and in the middle of one', async () => {
    await start();
    const gateway = open();
    expect(await gateway.send(message())).toEqual(sent);
    modem.mishap({ instead: () => void wire.unplug() });
    expect(await gateway.send(message())).toEqual({ kind: 'unknown', reason: 'the modem was lost while it had the SMS' });
    await until(() => overheard.warnings.some((warning) => warning.includes('there is no such port')));
    expect(await gateway.send(message())).toEqual({ kind: 'unavailable', reason: 'there is no such port: the modem is not plugged in, or the port has another name' });
    // told once, however often it is tried
    expect(overheard.warnings.filter((warning) => warning.includes('there is no such port'))).toHaveLength(1);
    await wire.plugIn();
    expect(await gateway.send(message())).toEqual(sent);
    const before = modem.commands.length;
    await wire.unplug();
    await wire.plugIn();
    // with receipts wanted, the line is opened again without a message
    await until(() => modem.commands.slice(before).includes('AT+CSCA?'));
    expect(await gateway.send(message())).toEqual(sent);
  });

  it('finds out that an idle modem has fallen silent, and sets it up again', async () => {
    await start();
    open({ patience: { ...times, heartbeat: 50, command: 300 } });
    await until(() => modem.commands.includes('AT+CSCA?'));
    modem.nature.dead = true;
    await until(() => overheard.warnings.includes('the modem does not answer any more'));
    const before = modem.commands.length;
    modem.nature.dead = false;
    await until(() => modem.commands.slice(before).includes('AT+CNMI=2,1,0,1,0'));
  });

  it('sets a modem up again that was started anew', async () => {
    await start();
    const gateway = open();
    expect(await gateway.send(message())).toEqual(sent);
    const before = modem.commands.length;
    modem.say('\r\nRDY\r\n');
    await until(() => modem.commands.slice(before).includes('AT+CNMI=2,1,0,1,0'));
    modem.mishap({ instead: () => modem.say('\r\n^SYSSTART AIRPLANE MODE\r\n') });
    expect(await gateway.send(message())).toEqual({ kind: 'unknown', reason: 'the modem was lost while it had the SMS' });
    expect(await gateway.send(message())).toEqual(sent);
  });

  it('leaves the port to one gateway, and to the next when that is closed', async () => {
    await start();
    const first = open({ name: 'first' });
    expect(await first.send(message())).toEqual(sent);
    const second = open({ name: 'second', receipts: false });
    expect(await second.send(message())).toEqual({ kind: 'unavailable', reason: 'the gateway first uses the same port: a port belongs to one gateway' });
    let finish: () => void = () => undefined;
    modem.mishap({ instead: () => { finish = () => modem.say('\r\n+CMGS: 5\r\n\r\nOK\r\n'); } });
    const last = first.send(message());
    await modem.came(2);
    const closed = first.close();
    const next = second.send(message());
    const before = modem.commands.length;
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(modem.commands).toHaveLength(before);
    finish();
    expect([await last, await closed, await next]).toEqual([sent, undefined, { kind: 'sent' }]);
  });

  it('says how it stands', async () => {
    await start();
    const gateway = open();
    expect(await gateway.status!()).toEqual({ state: 'up', details: { network: 'registered', operator: 'Test Net', signalDbm: -71, serviceCentre: true, receipts: true } });
    modem.nature.registration = 3;
    modem.nature.answers['AT+CSQ'] = '+CSQ: 99,99';
    modem.mishap({ insteadOfPrompt: '' });
    expect(await gateway.status!()).toEqual({ state: 'down', details: { network: 'registration denied', operator: 'Test Net', serviceCentre: true, receipts: true } });
    modem.nature.dead = true;
    const busy = gateway.send(message());
    expect(await gateway.status!()).toEqual({ state: 'up', details: { sending: true } });
    await busy;
    await wire.unplug();
    expect(await gateway.status!()).toEqual({ state: 'down', details: { fault: expect.stringContaining('there is no such port'), lastFault: expect.any(String), lastFaultAt: expect.stringMatching(/^\d{4}-.*Z$/) } });
  });

  it('closes while the modem is silent, without waiting for it', async () => {
    await start({ dead: true });
    const gateway = open({ patience: { ...times, sign: 60_000 } });
    await gateway.close();
  });
};

/** What nobody tells of is looked at until it is so. */
const until = async (so: () => boolean): Promise<void> => {
  while (!so()) await new Promise((resolve) => setTimeout(resolve, 5));
};
