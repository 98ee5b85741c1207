import { exitCodes } from '../../../src/cli/command.js';
import { newApiKey } from '../../fixtures/apiKey.js';
import { startApi, type Api } from '../../fixtures/api.js';
import { startMailServer, type MailServer } from '../../fixtures/mailServer.js';
import { tanager } from '../screen.js';

describe('the commands for mail servers', () => {
  let api: Api;
  let server: MailServer;
  let env: Record<string, string>;
  beforeAll(async () => {
    api = await startApi();
    server = await startMailServer();
    env = { TANAGER_URL: api.url, TANAGER_API_KEY: await newApiKey(api) };
  });
  afterAll(async () => {
    await api.stop();
    await server.close();
  });

  it('list them', async () => {
    expect(await tanager(['mail-server', 'list'], env)).toEqual({ code: exitCodes.done, out: 'No mail servers are defined\n', err: '' });
    const options = { host: '127.0.0.1', port: server.port, security: 'none', username: 'u', password: 'geheim', loginOptional: true, from: 'a@mail.example' };
    await api.admin('PUT', '/v1/mail-servers/main', { description: 'the\u001b[31m relay', options });
    expect((await tanager(['mail-server', 'list'], env)).out).toBe('name  host       sender          description\nmain  127.0.0.1  a@mail.example  the\\u001b[31m relay\n');
    const json = await tanager(['mail-server', 'list', '--json'], env);
    expect(JSON.parse(json.out)).toMatchObject([{ name: 'main', options: { password: '__CENSORED__' } }]);
  });

  it('send a test, and end as it ended', async () => {
    const test = (...more: string[]) => tanager(['mail-server', 'test', '--name', 'main', '--to', 'me@mail.example', ...more], env);
    expect(await test()).toMatchObject({ code: exitCodes.done, out: expect.stringMatching(/^main took the e-mail, Message-ID .*@mail\.example\n$/) });
    expect(await server.next()).toMatchObject({ to: ['me@mail.example'] });
    server.refuse('data', { code: 554, text: 'no' });
    expect(await test()).toMatchObject({ code: exitCodes.failed, out: expect.stringMatching(/^main said no: .*\(554\): no\n$/) });
    expect(JSON.parse((await test('--json')).out)).toMatchObject({ outcome: 'rejected' });
    expect(await tanager(['mail-server', 'test', '--name', 'none', '--to', 'me@mail.example'], env)).toMatchObject({ code: exitCodes.notFound });
    expect(await tanager(['mail-server', 'test', '--name', 'main'], env)).toMatchObject({ code: exitCodes.misused, err: expect.stringContaining('--to is missing') });
  });
});
