import { exitCodes } from '../../../src/cli/command.js';
import { newApiKey } from '../../fixtures/apiKey.js';
import { startApi, type Api } from '../../fixtures/api.js';
import { startGatewayServer, type GatewayServer } from '../../fixtures/gatewayServer.js';
import { defineGateway, enrol, lock, until } from '../../reactors/notify/stage.js';
import { tanager } from '../screen.js';

let api: Api;
let gateway: GatewayServer;
let env: Record<string, string>;
beforeAll(async () => {
  gateway = await startGatewayServer();
  api = await startApi();
  await defineGateway(api.tanager, gateway.url);
  env = { TANAGER_URL: api.url, TANAGER_API_KEY: await newApiKey(api) };
});
afterAll(async () => {
  await api.stop();
  await gateway.close();
});

const yaml = `
events: [TokenLocked]
channel: {kind: sms, gateways: [main]}
to: ['+49 30 1111']
text: "{serial} was locked"
`;
const files = { 'locked.yaml': yaml, 'wrong.json': '{"events": ["TokenLocked"], "channel": {"kind": "sms"}, "to": "owner", "text": "{otp}"}', 'broken.yaml': 'a: [', 'empty.yaml': '' };
const notification = (...words: string[]) => tanager(['notification', ...words], env, files);

it('defines a rule from a file, tries it, lists it and removes it', async () => {
  expect((await notification('rules')).out).toBe('No rules are defined\n');
  expect(await notification('define', '--name', 'locked', '--file', 'locked.yaml')).toEqual({ code: exitCodes.done, out: 'The rule locked is defined\n', err: '' });
  expect((await notification('rules')).out).toBe('name    in force  by   to       events\nlocked  yes       sms  1 fixed  TokenLocked\n');
  expect(await notification('test', '--name', 'locked', '--to', '+49 30 2222')).toEqual({ code: exitCodes.done, out: '  TNGR00000000 was locked\n\nmain: sent (12345)\nsent, 1 SMS\n', err: '' });
  gateway.answerOnce({ status: 500, body: 'no credit' });
  expect(await notification('test', '--name', 'locked', '--to', '+49 30 2222')).toMatchObject({ code: exitCodes.failed, out: expect.stringMatching(/main: rejected, .*no credit.*\nnot sent\n$/) });

  gateway.answer({ status: 500, body: 'no credit' });
  await enrol(api.tanager, 'T1');
  await lock(api.tanager, 'T1');
  const [{ id } = { id: '' }] = await until(api.tanager, 'failed');
  expect((await notification('list', '--state', 'failed', '--rule', 'locked')).out).toMatch(new RegExp(`failed +1 +locked +TokenLocked +token-T1 +.*no credit.*; again at .* ${id}\n$`));
  gateway.answer({});
  expect((await notification('retry', '--id', id)).out).toBe('It is attempted again\n');
  await until(api.tanager, 'sent');
  expect((await notification('list', '--state', 'failed')).out).toBe('There are no such notifications\n');
  expect(JSON.parse((await notification('list', '--json')).out)).toMatchObject([{ id, state: 'sent' }]);
  expect((await notification('remove', '--name', 'locked')).out).toBe('The rule locked is removed\n');
  expect(await notification('remove', '--name', 'locked')).toMatchObject({ code: exitCodes.notFound, err: 'tanager: There is no rule of this name.\n' });
});

it.each([
  [['define', '--name', 'r'], '--file is missing: the file with the rule'],
  [['define', '--file', 'locked.yaml'], '--name is missing: the name of the rule'],
  [['define', '--name', 'r', '--file', 'none'], 'none: there is no such file'],
  [['define', '--name', 'r', '--file', 'broken.yaml'], 'broken.yaml: Flow sequence in block collection'],
  [['define', '--name', 'r', '--file', 'empty.yaml'], 'events is missing.'],
  [['define', '--name', 'r', '--file', 'wrong.json'], 'text holds {otp}, which is no tag'],
  [['test', '--name', 'r'], '--to is missing'],
  [['test', '--name', 'r', '--to', '1', '--position', 'x'], '--position must be a whole number'],
  [['list', '--state', 'lost'], '--state must be one of due, failed, sent, parked, suppressed'],
  [['list', '--limit', 'x'], 'limit must be a whole number.'],
  [['retry'], '--id is missing'],
])('%j is misuse, and it is said why', async (words, said) => {
  const shown = await notification(...words);
  expect([shown.code, shown.err]).toEqual([exitCodes.misused, expect.stringContaining(said)]);
});
