import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { called } from '../gateways/receipts/called.js';
import { overhear } from '../fixtures/surroundings.js';
import { temporaryFolder } from '../fixtures/folder.js';
import type { Gateway, ReadCallback } from '../../src/gateways/gateway.js';
import { kannel } from '../../src/gateways/presets/kannel.js';
import { presetKind } from '../../src/gateways/presets/presetKind.js';
import { gatewayRegistry } from '../../src/gateways/registry.js';
import { Secret } from '../../src/security/secret.js';
import { describeWith, freePort, listening, startProgram, whereIs, type Program } from './program.js';

/** Something that comes by itself, one after the other. */
const queue = <T>() => {
  const come: T[] = [];
  const takers: ((item: T) => void)[] = [];
  return {
    put: (item: T): void => {
      const taker = takers.shift();
      if (taker) taker(item);
      else come.push(item);
    },
    next: (): Promise<T> => (come.length > 0 ? Promise.resolve(come.shift()!) : new Promise((resolve) => takers.push(resolve))),
  };
};

describeWith({ bearerbox: 'kannel', smsbox: 'kannel' }, 'Kannel with its fake SMSC', () => {
  const secret = 'a-secret-of-the-gateway';
  const messages = queue<string>();
  const read = queue<ReadCallback>();
  const programs: Program[] = [];
  let hook: Server;
  let smsc: Socket;
  let gateway: Gateway;
  let open: (options: Record<string, unknown>) => Gateway;

  beforeAll(async () => {
    const ports = { admin: await freePort(), smsbox: await freePort(), smsc: await freePort(), sendsms: await freePort() };
    const config = join(temporaryFolder(), 'kannel.conf');
    writeFileSync(config, [
      'group = core', `admin-port = ${ports.admin}`, 'admin-password = bar', `smsbox-port = ${ports.smsbox}`, 'dlr-storage = internal', 'box-allow-ip = 127.0.0.1', '',
      'group = smsc', 'smsc = fake', 'smsc-id = main', `port = ${ports.smsc}`, 'connect-allow-ip = 127.0.0.1', '',
      'group = smsbox', 'bearerbox-host = 127.0.0.1', `sendsms-port = ${ports.sendsms}`, '',
      'group = sendsms-user', 'username = tanager', 'password = pass&word', 'max-messages = 3', 'concatenation = true', '',
      'group = sms-service', 'keyword = default', 'max-messages = 0', 'text = ""', '',
    ].join('\n'));
    programs.push(startProgram(whereIs('bearerbox')!, [config]));
    await listening(ports.smsbox);
    programs.push(startProgram(whereIs('smsbox')!, [config]));
    await listening(ports.sendsms);
    await listening(ports.smsc);
    smsc = connect(ports.smsc, '127.0.0.1');
    smsc.on('data', (data) => data.toString().split('\n').filter((line) => line !== '').forEach(messages.put));

    hook = createServer((request, response) => {
      const url = new URL(request.url!, 'http://service');
      const [, , , , given] = url.pathname.split('/');
      read.put(gateway.receive!(called({ target: `/v1/receipts/main${url.search}`, ...(given === undefined ? {} : { secret: given }) })));
      response.end();
    });
    await new Promise<void>((resolve) => void hook.listen(0, '127.0.0.1', resolve));
    const receipts = { secret, url: `http://127.0.0.1:${(hook.address() as AddressInfo).port}` };
    open = (options) => {
      const definition = gatewayRegistry([presetKind(kannel)]).parseDefinition({ kind: 'kannel', options: { username: 'tanager', password: 'pass&word', from: 'Example', url: `http://127.0.0.1:${ports.sendsms}`, receipts, ...options } });
      if ('faults' in definition) throw new Error(JSON.stringify(definition.faults));
      return definition.open('main', overhear());
    };
    gateway = open({});
  });
  afterAll(async () => {
    await gateway.close();
    smsc.destroy();
    for (const program of programs.reverse()) await program.stop();
    await new Promise((resolve) => hook.close(resolve));
  });

  const send = (text: string, reference = 'r-1', through = gateway) => through.send({ to: '+49 170 1000701', text: new Secret(text), reference, validity: 120 });

  it('sends in the default alphabet and in Unicode', async () => {
    expect(await send('Code: 287082 {€} & %41')).toEqual({ kind: 'sent' });
    expect(await messages.next()).toBe('Example +491701000701 text Code: 287082 {€} & %41');
    expect(await send('Код 287082')).toEqual({ kind: 'sent' });
    const [sender, receiver, coding, content] = (await messages.next()).split(' ');
    expect([sender, receiver, coding]).toEqual(['Example', '+491701000701', 'ucs-2']);
    expect(content).toMatch(/^%04%1A%04%3E%044%00/);
    for (let each = 0; each < 4; each += 1) expect(await read.next()).toMatchObject({ kind: 'receipts' });
  });

  it('tells by its receipts, for our reference, that the SMSC has it and that it was delivered', async () => {
    const reference = '01234567890123456789-LSSM0001A2B3';
    expect(await send('287082', reference)).toEqual({ kind: 'sent' });
    // Kannel calls for both at once
    expect([await read.next(), await read.next()]).toEqual(expect.arrayContaining([
      { kind: 'receipts', receipts: [{ reference, state: 'pending', detail: '8' }] },
      { kind: 'receipts', receipts: [{ reference, state: 'delivered', detail: '1' }] },
    ]));
  });

  it('refuses a stranger', async () => {
    const stranger = open({ password: 'c4n4ry' });
    expect(await send('287082', 'r-2', stranger)).toEqual({ kind: 'rejected', reason: 'the gateway answered HTTP 403: Authorization failed for sendsms' });
    await stranger.close();
  });
});
