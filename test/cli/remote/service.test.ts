import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { command, exitCodes } from '../../../src/cli/command.js';
import { addressOf } from '../../../src/cli/remote/address.js';
import { withService, type Service } from '../../../src/cli/remote/service.js';
import { run } from '../../../src/cli/run.js';
import { newApiKey } from '../../fixtures/apiKey.js';
import { startApi, type Api } from '../../fixtures/api.js';
import { Screen, tanager } from '../screen.js';

describe('the commands that talk to the running service', () => {
  let api: Api;
  let env: Record<string, string>;
  beforeAll(async () => {
    api = await startApi();
    env = { TANAGER_URL: `${api.url}/`, TANAGER_API_KEY: await newApiKey(api) };
  });
  afterAll(() => api.stop());

  /** A command line that makes one call. */
  const calling = async (...call: Parameters<Service['call']>) => {
    const screen = new Screen(env);
    const probe = command({ description: '', options: {}, run: (_, terminal) => withService(terminal, async (service) => {
      await terminal.out(JSON.stringify(await service.call(...call)) ?? 'nothing');
      return exitCodes.done;
    }) });
    const code = await run(['probe'], { probe: { summary: '', load: async () => probe } }, screen.terminal());
    return { code, out: screen.out, err: screen.err };
  };

  it('list the gateways', async () => {
    expect(await tanager(['gateway', 'list'], env)).toEqual({ code: exitCodes.done, out: 'No gateways are defined\n', err: '' });
    await api.admin('PUT', '/v1/gateways/main', { kind: 'http', description: 'the\u001b[31m first', options: { url: 'https://sms.example', query: { key: 'geheim' } } });
    expect((await tanager(['gateway', 'list'], env)).out).toBe('name  kind  class  description\nmain  http         the\\u001b[31m first\n');
    const json = await tanager(['gateway', 'list', '--json'], env);
    expect(JSON.parse(json.out)).toMatchObject([{ name: 'main', options: { query: { key: '__CENSORED__' } } }]);
  });

  it('change things, and hear of answers without a body', async () => {
    expect(await calling('PUT', '/settings/sms.wait', { value: '5' })).toMatchObject({ code: exitCodes.done, out: expect.stringContaining('"value":"5"') });
    expect(await calling('DELETE', '/settings/sms.wait')).toMatchObject({ code: exitCodes.done, out: 'nothing' });
  });

  it('name the field that is wrong', async () => {
    expect(await calling('PUT', '/gateways/bad', { kind: 'http', options: {} })).toEqual({ code: exitCodes.misused, out: '', err: 'tanager: url is missing.\n' });
  });

  it('say what is not there', async () => {
    expect(await calling('GET', '/gateways/none')).toEqual({ code: exitCodes.notFound, out: '', err: 'tanager: There is no gateway of this name.\n' });
    expect(await calling('GET', '/nests')).toMatchObject({ code: exitCodes.notFound, err: expect.stringContaining('There is nothing here') });
  });

  it('need an API key that is known', async () => {
    expect(await tanager(['gateway', 'list'], { TANAGER_URL: api.url })).toMatchObject({ code: exitCodes.misused, out: '', err: expect.stringMatching(/^tanager: TANAGER_API_KEY is not set/) });
    const stranger = await tanager(['gateway', 'list'], { ...env, TANAGER_API_KEY: 'geheim' });
    expect(stranger).toEqual({ code: exitCodes.misused, out: '', err: 'tanager: This is no session token of this service. (TANAGER_API_KEY)\n' });
  });

  it('say that nobody listens, and who else does', async () => {
    const other = createServer((request, response) => void response.writeHead(request.url!.endsWith('gateways') ? 302 : 200, { Location: '/elsewhere' }).end('<html>')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    expect(await tanager(['gateway', 'list'], { ...env, TANAGER_URL: url }))
      .toEqual({ code: exitCodes.failed, out: '', err: `tanager: what answers at ${url} is not this service (HTTP status 302) (TANAGER_URL)\n` });
    await new Promise((resolve) => { other.close(resolve); other.closeAllConnections(); });
    expect(await tanager(['gateway', 'list'], { ...env, TANAGER_URL: url }))
      .toEqual({ code: exitCodes.failed, out: '', err: `tanager: the service at ${url} cannot be reached: nobody listens there; is it running? (TANAGER_URL)\n` });
  });
});

describe('the address of the service', () => {
  it.each([
    [{ httpHost: '127.0.0.1', httpPort: 8080 }, 'http://127.0.0.1:8080'],
    [{ httpHost: '0.0.0.0', httpPort: 80 }, 'http://127.0.0.1:80'],
    [{ httpHost: '::', httpPort: 8080 }, 'http://[::1]:8080'],
    [{ httpHost: '0.0.0.0', httpPort: 0, url: 'https://sms.example/tanager/' }, 'https://sms.example/tanager'],
  ])('of %j is %s', (config, address) => expect(addressOf(config)).toBe(address));

  it('cannot be known of any free port', () => expect(() => addressOf({ httpHost: '127.0.0.1', httpPort: 0 })).toThrow('TANAGER_URL is not set'));
});
