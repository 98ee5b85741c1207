import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { makeLog } from '../../src/security/redact.js';
import { startApi } from '../fixtures/api.js';
import { temporaryFolder } from '../fixtures/folder.js';
import { startGatewayServer } from '../fixtures/gatewayServer.js';
import { startMailServer } from '../fixtures/mailServer.js';
import { startSmsc } from '../fixtures/smsc.js';
import { findCanaries } from '../security/canary.js';

const phone = '+4917055566677';
const text = 'Kanarientext 8273645';
const secretOf = (kind: string): string => `Kanarie-${kind}-geheim-0815`;

/** Every kind that has a secret, with a counterpart that says no and repeats all that it was told. */
it('no secret of any kind of gateway is left behind, whatever its counterpart repeats', async () => {
  const folder = temporaryFolder();
  const scripts = join(folder, 'scripts');
  const data = join(folder, 'data');
  mkdirSync(scripts);
  writeFileSync(join(scripts, 'echo'), '#!/bin/sh\ncat >&2\necho "$@" >&2\nexit 1\n');
  chmodSync(join(scripts, 'echo'), 0o700);
  const log = new PassThrough();
  const logged: Buffer[] = [];
  log.on('data', (chunk: Buffer) => logged.push(chunk));

  const echo = await startGatewayServer();
  echo.answer(({ target, headers, body }) => ({ status: 400, body: `${target} ${JSON.stringify(headers)} ${body}` }));
  const mail = await startMailServer({ authOptional: true });
  mail.refuse('data', { code: 554, text: `no ${text} to ${phone} with ${secretOf('smtp')}` });
  const smsc = await startSmsc({ onBind: () => 0x0e });
  const api = await startApi({ TANAGER_STORE: 'sqlite', TANAGER_DATA_DIR: data, TANAGER_SCRIPT_DIR: scripts }, { log: makeLog('trace', log) });
  const answers: unknown[] = [];
  const vendor = { url: echo.url, timeout: 2 };
  const definitions: Record<string, { kind: string; options: Record<string, unknown> }> = {
    http: { kind: 'http', options: { url: `${echo.url}/send?key=${secretOf('http')}`, form: { to: '{phone}', text: '{text}', password: secretOf('http') }, headers: { Authorization: `Key ${secretOf('http')}` } } },
    digest: { kind: 'http', options: { url: echo.url, form: { to: '{phone}', text: '{text}' }, username: 'u', password: secretOf('digest'), authentication: 'digest', receipts: { secret: secretOf('digest'), messageId: 'id', state: 'state', delivered: ['ok'] } } },
    twilio: { kind: 'twilio', options: { ...vendor, accountSid: 'AC00000000000000000000000000000000', authToken: secretOf('twilio'), from: '+12025550100' } },
    vonage: { kind: 'vonage', options: { ...vendor, apiKey: 'abcd1234', apiSecret: secretOf('vonage'), from: 'Tanager' } },
    infobip: { kind: 'infobip', options: { ...vendor, apiKey: secretOf('infobip'), host: 'abc.api.infobip.com', from: 'Tanager' } },
    aws: { kind: 'aws-sns', options: { ...vendor, region: 'eu-central-1', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: secretOf('aws') } },
    sipgate: { kind: 'sipgate-xmlrpc', options: { url: echo.url, username: 'u', password: secretOf('sipgate') } },
    smtp: { kind: 'smtp', options: { host: '127.0.0.1', port: mail.port, security: 'none', username: 'u', password: secretOf('smtp'), loginOptional: true, from: 'codes@mail.example', to: 'sms@mail.example', subject: '{phone}', number: { digitsOnly: true } } },
    smpp: { kind: 'smpp', options: { host: '127.0.0.1', port: smsc.port, systemId: 'tanager', password: secretOf('smpp'), source: { address: 'Tanager' }, timeout: 2 } },
    script: { kind: 'script', options: { script: 'echo' } },
  };
  try {
    for (const [name, definition] of Object.entries(definitions)) {
      const defined = await api.admin('PUT', `/v1/gateways/${name}`, definition);
      expect([name, defined.status, defined.body.errors]).toEqual([name, 200, undefined]);
      const tried = await api.admin('POST', `/v1/gateways/${name}/test`, { to: phone, text });
      expect([name, tried.status, tried.body.outcome]).toEqual([name, 200, expect.stringMatching(/^(rejected|unavailable)$/)]);
      answers.push(defined.body, tried.body, (await api.admin('GET', `/v1/gateways/${name}`)).body, (await api.admin('GET', `/v1/gateways/${name}/status`)).body);
    }
    const server = { options: { host: '127.0.0.1', port: mail.port, security: 'none', username: 'u', password: secretOf('mail'), loginOptional: true, from: 'codes@mail.example' } };
    answers.push((await api.admin('PUT', '/v1/mail-servers/office', server)).body, (await api.admin('POST', '/v1/mail-servers/office/test', { to: 'kanarie@mail.example' })).body);
    answers.push((await api.admin('GET', '/v1/gateways')).body, (await api.admin('GET', '/v1/mail-servers')).body, (await api.admin('GET', '/privacyidea/smsgateway/')).body);
    const { body } = await api.admin('GET', '/v1/events?limit=500');
    expect(body.events.filter(({ type }: { type: string }) => type === 'GatewayTested')).toHaveLength(Object.keys(definitions).length);
    answers.push(body);
  } finally {
    await api.stop();
    await Promise.all([echo.close(), mail.close(), smsc.close()]);
  }

  const secrets = Object.fromEntries([...Object.keys(definitions).filter((name) => name !== 'script'), 'mail'].map((name) => [name, secretOf(name)]));
  const traces = { folders: [data], texts: { log: Buffer.concat(logged).toString() }, except: ['master.key'] };
  expect(findCanaries({ ...secrets, text }, { ...traces, texts: { ...traces.texts, answers: JSON.stringify(answers) } })).toEqual([]);
  // who tried it reads the number in the trail; the folder and the log never hold it
  expect(findCanaries({ phone }, traces)).toEqual([]);
});
