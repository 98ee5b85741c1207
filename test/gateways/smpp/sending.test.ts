import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import type { Unit } from 'smpp';
import { temporaryFolder } from '../../fixtures/folder.js';
import { selfSigned } from '../../fixtures/selfSigned.js';
import { overhear } from '../../fixtures/surroundings.js';
import { startSmsc } from '../../fixtures/smsc.js';
import { gatewayTo, message, registry, smscWith } from './openSmpp.js';

const textOf = ({ short_message, message_payload }: Unit): string => ((message_payload ?? short_message) as { message: string }).message;
const deafPort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

describe('a message', () => {
  it('is submitted as it is meant, and has the id that the SMSC gives it', async () => {
    const smsc = await smscWith({ onSubmit: () => ({ id: '0000ABC-1' }) });
    const gateway = gatewayTo(smsc.port, { source: { address: 'Tanager' }, systemType: 'otp', serviceType: 'CMT', receipts: true });
    expect(await gateway.send(message())).toEqual({ kind: 'sent', messageId: '0000ABC-1' });
    expect(smsc.binds[0]).toMatchObject({ command: 'bind_transceiver', system_id: 'tanager', password: 'hunter22', system_type: 'otp' });
    expect(smsc.submits[0]).toMatchObject({
      service_type: 'CMT', source_addr_ton: 5, source_addr_npi: 0, source_addr: 'Tanager', dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '491701234567',
      data_coding: 0, esm_class: 0, registered_delivery: 1, short_message: { message: 'Code 918273' },
    });
    const life = (smsc.submits[0]!['validity_period'] as Date).getTime() - Date.now();
    expect(Math.abs(life - 300_000)).toBeLessThan(10_000);
  });

  it('many go over one bind, as many at once as the window has', async () => {
    let most = 0;
    let now = 0;
    const smsc = await smscWith({ onSubmit: () => { most = Math.max(most, (now += 1)); setTimeout(() => { now -= 1; }, 15); return { after: 15 }; } });
    const gateway = gatewayTo(smsc.port, { window: 4 });
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => gateway.send(message())));
    expect(outcomes.every(({ kind }) => kind === 'sent')).toBe(true);
    expect([smsc.binds.length, smsc.submits.length]).toEqual([1, 30]);
    expect(most).toBeLessThanOrEqual(4);
    expect(most).toBeGreaterThan(1);
  });

  it('arrives as it was written, however long it is and whatever it is written in', async () => {
    const smsc = await smscWith();
    const characters = fc.constantFrom('a', '€', '{', '漢', '😀', 'ß', 'Ω', 'ç', '\n', '@');
    const wishes = fc.record({ longMessages: fc.constantFrom('udh', 'sar', 'payload'), defaultAlphabet: fc.constantFrom('gsm', 'latin1') });
    await fc.assert(fc.asyncProperty(fc.string({ unit: characters, minLength: 1, maxLength: 500 }), wishes, async (text, options) => {
      const from = smsc.submits.length;
      const gateway = gatewayTo(smsc.port, { ...options, dataCoding: options.defaultAlphabet === 'latin1' ? 3 : 0, receipts: true });
      expect(await gateway.send(message({ text }))).toMatchObject({ kind: 'sent' });
      await gateway.close();
      const parts = smsc.submits.slice(from);
      expect(parts.map(textOf).join('')).toBe(text);
      expect(parts.map((part) => part['registered_delivery'])).toEqual(parts.map((_, index) => (index === parts.length - 1 ? 1 : 0)));
      if (parts.length === 1) return;
      const numbers = parts.map((part) => options.longMessages === 'udh'
        ? [...(part['short_message'] as { udh: Buffer[] }).udh[0]!].slice(2)
        : [Number(part['sar_msg_ref_num']), Number(part['sar_total_segments']), Number(part['sar_segment_seqnum'])]);
      expect(numbers).toEqual(parts.map((_, index) => [numbers[0]![0], parts.length, index + 1]));
    }), { numRuns: 60 });
  });

  it('in parts has the id of the last one; and is unknown when a later part fails', async () => {
    const smsc = await smscWith({ onSubmit: (_, times) => (times === 5 ? { status: 0x08 } : {}) });
    const gateway = gatewayTo(smsc.port);
    expect(await gateway.send(message({ text: 'long '.repeat(90) }))).toEqual({ kind: 'sent', messageId: 'm3' });
    expect(await gateway.send(message({ text: 'long '.repeat(90) }))).toEqual({ kind: 'unknown', reason: 'part 2 of 3: the SMSC does not serve now: system error (0x08)' });
    expect(smsc.submits).toHaveLength(5);
  });

  it.each(['', 'Bob', '1'.repeat(21), '+49;170', '-'])('to %j is not sent', async (to) => {
    const gateway = gatewayTo(1);
    expect(await gateway.send(message({ to }))).toMatchObject({ kind: 'rejected' });
  });
});

describe('what the SMSC answers', () => {
  it.each([
    [0x58, 'unavailable', 'the SMSC does not serve now: throttled (0x58)'], [0x14, 'unavailable', 'the SMSC does not serve now: queue full (0x14)'],
    [0x08, 'unavailable', 'the SMSC does not serve now: system error (0x08)'], [0x04, 'unavailable', 'the SMSC does not serve now: not bound (0x04)'],
    [0x64, 'unavailable', 'the SMSC does not serve now: temporary error (0x64)'], [0x0b, 'rejected', 'the SMSC refused the message: destination address (0x0B)'],
    [0x45, 'rejected', 'the SMSC refused the message: submit failed (0x45)'], [0x400, 'rejected', 'the SMSC refused the message: status 0x400'],
  ])('%d is %s', async (status, kind, reason) => {
    const smsc = await smscWith({ onSubmit: () => ({ status }) });
    expect(await gatewayTo(smsc.port).send(message())).toEqual({ kind, reason });
  });

  it('is unknown when nothing comes in time, and what comes later harms nobody', async () => {
    const smsc = await smscWith({ onSubmit: (_, times) => (times === 1 ? { after: 150, id: 'late' } : times === 2 ? { after: 200, id: 'mine' } : 'say nothing') });
    const gateway = gatewayTo(smsc.port, { timeout: 0.1 });
    expect(await gateway.send(message())).toEqual({ kind: 'unknown', reason: 'the SMSC did not answer in time' });
    const patient = gatewayTo(smsc.port, { timeout: 2 });
    expect(await patient.send(message())).toEqual({ kind: 'sent', messageId: 'mine' });
    expect(await gateway.send(message())).toMatchObject({ kind: 'unknown' });
  });

  it('is asked for again where it puts a message off, and given up at last', async () => {
    const smsc = await smscWith({ onSubmit: (_, times) => (times <= 2 || times > 3 ? { status: times === 1 ? 0x14 : 0x58 } : { id: 'third' }) });
    const gateway = gatewayTo(smsc.port);
    expect(await gateway.send(message())).toEqual({ kind: 'sent', messageId: 'third' });
    expect(await gateway.send(message())).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('throttled') });
    expect(smsc.submits).toHaveLength(6);
    // not for longer than a message may take
    expect(await gatewayTo(smsc.port, { timeout: 0.004 }).send(message())).toMatchObject({ kind: expect.stringMatching(/^unavailable|unknown$/) });
  });

  it('asks for less: the window halves, and grows again with what is taken', async () => {
    const smsc = await smscWith({ onSubmit: (_, times) => (times <= 2 ? { status: 0x58 } : {}) });
    const gateway = gatewayTo(smsc.port, { window: 8 });
    const windows: unknown[] = [];
    for (let sends = 0; sends < 12; sends += 1) {
      await gateway.send(message());
      windows.push((await gateway.status!()).details['window']);
    }
    expect(windows).toEqual([2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]);
  });
});

describe('the line', () => {
  it('that cannot be had is unavailable', async () => {
    expect(await gatewayTo(await deafPort()).send(message())).toEqual({ kind: 'unavailable', reason: 'the SMSC was not reached (ECONNREFUSED)' });
  });

  it.each([
    [() => 0x0e, 'the SMSC refused the bind: password (0x0E)'], [() => 0x0f, 'the SMSC refused the bind: system id (0x0F)'], [() => 0x0d, 'the SMSC refused the bind: bind failed (0x0D)'],
    [() => 'drop the line' as const, 'the SMSC ended the connection instead of answering the bind'], [() => 'say nothing' as const, 'the SMSC did not answer the bind in time'],
  ])('whose bind fails is unavailable', async (onBind, reason) => {
    const smsc = await smscWith({ onBind });
    const heard = overhear();
    expect(await gatewayTo(smsc.port, { connectTimeout: 0.3 }, heard).send(message())).toEqual({ kind: 'unavailable', reason });
    expect(heard.warnings).toEqual([`127.0.0.1:${smsc.port}: ${reason}`]);
    expect(smsc.submits).toEqual([]);
  });

  it('that is lost after a message was handed over leaves it unknown, and is there for the next one', async () => {
    const smsc = await smscWith({ onSubmit: (_, times) => (times === 1 ? 'drop the line' : {}) });
    const heard = overhear();
    const gateway = gatewayTo(smsc.port, {}, heard);
    expect(await gateway.send(message())).toMatchObject({ kind: 'unknown', reason: expect.stringMatching(/^the line was lost before the SMSC answered/) });
    await smsc.bound(2);
    expect(await gateway.send(message())).toEqual({ kind: 'sent', messageId: 'm2' });
    expect(heard.warnings).toHaveLength(1);
  });

  it('that is lost between messages is had again by itself', async () => {
    const smsc = await smscWith();
    const gateway = gatewayTo(smsc.port);
    await gateway.send(message());
    expect(await gateway.status!()).toMatchObject({ state: 'up', details: { bound: true, window: 10, inUse: 0 } });
    smsc.sessions[0]!.destroy();
    await smsc.bound(2);
    expect(await gateway.send(message())).toMatchObject({ kind: 'sent' });
    expect(smsc.binds).toHaveLength(2);
  });

  it('is tried again and again while the SMSC is away', async () => {
    const first = await startSmsc();
    const gateway = gatewayTo(first.port, { receipts: true });
    expect(await gateway.send(message())).toMatchObject({ kind: 'sent' });
    await first.close();
    while ((await gateway.status!()).state === 'up') await pause(5);
    expect(await gateway.send(message())).toMatchObject({ kind: 'unavailable' });
    expect(await gateway.status!()).toMatchObject({ state: 'down', details: { bound: false, problem: expect.any(String) } });
    const second = await smscWith({ port: first.port });
    await second.bound();
    expect(await gateway.send(message())).toMatchObject({ kind: 'sent' });
  });

  it('that is dead is found out', async () => {
    const smsc = await smscWith({ answersEnquiries: false });
    const heard = overhear();
    const gateway = gatewayTo(smsc.port, { heartbeat: 0.05, receipts: true }, heard);
    await smsc.bound(2);
    expect(heard.warnings[0]).toContain('does not answer any more');
    expect(smsc.heard.filter(({ command }) => command === 'enquire_link').length).toBeGreaterThanOrEqual(2);
    await gateway.close();
  });

  it('that lives is kept', async () => {
    const smsc = await smscWith();
    gatewayTo(smsc.port, { heartbeat: 0.02, receipts: true });
    const session = await smsc.bound();
    await new Promise<void>((resolve) => {
      let answered = 0;
      const ask = (): void => void session.send({ toBuffer: () => Buffer.from('00000010000000150000000000000001', 'hex'), isResponse: () => false, sequence_number: 1 }, () => ((answered += 1) < 10 ? setTimeout(ask, 20) : resolve()));
      ask();
    });
    expect(smsc.binds).toHaveLength(1);
  });

  it('is left with a goodbye, after what is on its way', async () => {
    const smsc = await smscWith({ onSubmit: () => ({ after: 100, id: 'done' }) });
    const gateway = gatewayTo(smsc.port);
    const outcome = gateway.send(message());
    await smsc.submitted(1);
    await gateway.close();
    expect(await outcome).toEqual({ kind: 'sent', messageId: 'done' });
    expect(smsc.heard.map(({ command }) => command)).toContain('unbind');
    expect(await gateway.send(message())).toEqual({ kind: 'unavailable', reason: 'the gateway is being closed' });
  });
});

describe('TLS', () => {
  it('is spoken with an SMSC whose certificate is trusted, and with no other', async () => {
    const certificate = selfSigned();
    const ca = join(temporaryFolder(), 'ca.pem');
    writeFileSync(ca, certificate.cert);
    const smsc = await smscWith({ tls: certificate });
    expect(await gatewayTo(smsc.port, { tls: { ca } }).send(message())).toMatchObject({ kind: 'sent' });
    expect(await gatewayTo(smsc.port, { tls: { verify: false } }).send(message())).toMatchObject({ kind: 'sent' });
    expect(await gatewayTo(smsc.port, { tls: {} }).send(message())).toEqual({ kind: 'unavailable', reason: 'the SMSC was not reached (DEPTH_ZERO_SELF_SIGNED_CERT)' });
  });
});

describe('a peer that is no SMSC', () => {
  const peer = async (says: Buffer): Promise<{ port: number; close: () => Promise<void> }> => {
    const server = createServer((socket) => { socket.on('error', () => undefined); socket.resume(); socket.write(says); });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port, close: () => new Promise((resolve) => { server.close(() => resolve()); }) };
  };

  it('harms nothing, whatever it says', async () => {
    const huge = Buffer.from('7fffffff0000000900000000000000000000', 'hex');
    const short = Buffer.from('00000001', 'hex');
    const strangeBind = Buffer.from('00000010800000150000000000000001', 'hex');
    for (const says of [huge, short, strangeBind, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), Buffer.alloc(100_000, 0xff), Buffer.alloc(3)]) {
      const { port, close } = await peer(says);
      const gateway = gatewayTo(port, { connectTimeout: 0.3 });
      expect(await gateway.send(message())).toMatchObject({ kind: 'unavailable' });
      await gateway.close();
      await close();
    }
  });
});

describe('a peer that asks without end and reads nothing', () => {
  it('is dropped before its answers fill the memory', async () => {
    const bound = Buffer.from('00000015800000090000000000000001534d534300', 'hex');
    const questions = Buffer.concat(Array.from({ length: 4_096 }, () => Buffer.from('00000010000000150000000000000001', 'hex')));
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.pause().write(bound);
        const ask = (): void => { while (!socket.destroyed && socket.write(questions)); };
        socket.on('drain', ask);
        ask();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const dropped = new Promise<string>((resolve) => {
      const heard = { ...overhear(), warn: resolve };
      gatewayTo((server.address() as AddressInfo).port, { receipts: true }, heard);
    });
    expect(await dropped).toContain('the SMSC does not read what it is sent');
    server.close();
  }, 20_000);
});

describe('options', () => {
  const faultsOf = (options: Record<string, unknown>) => {
    const read = registry.parseDefinition({ kind: 'smpp', options: { host: 'h', systemId: 's', ...options } });
    return 'faults' in read ? read.faults : [];
  };

  it.each([
    [{ host: 'a b' }, 'host'], [{ port: 0 }, 'port'], [{ systemId: 'ü' }, 'systemId'], [{ password: 'p\0' }, 'password'], [{ source: { address: 'x'.repeat(21) } }, 'source.address'],
    [{ bind: 'receiver' }, 'bind'], [{ bind: 'transmitter', receipts: true }, 'receipts'], [{ idFormat: 'octal' }, 'idFormat'], [{ window: 0 }, 'window'], [{ longMessages: 'fax' }, 'longMessages'],
    [{ tls: { ca: '/none' } }, 'tls.ca'], [{ rate: 1 }, 'rate'], [{ dataCoding: 256 }, 'dataCoding'],
  ])('%j are refused by their name', (options, key) => {
    expect(faultsOf(options).map((fault) => fault.key)).toEqual([key]);
  });

  it('listen for receipts only where they are asked for, and never show the password', () => {
    const read = registry.parseDefinition({ kind: 'smpp', options: { host: 'h', systemId: 's', password: 'hunter22', receipts: true, window: 7 } });
    expect(read).toMatchObject({ listens: true, limits: { concurrency: 7 }, timeout: 15_000 });
    expect(JSON.stringify(read)).not.toContain('hunter22');
    expect(registry.parseDefinition({ kind: 'smpp', options: { host: 'h', systemId: 's' } })).toMatchObject({ listens: false });
  });
});
