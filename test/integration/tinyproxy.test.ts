import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../fixtures/folder.js';
import { startGatewayServer, type GatewayServer } from '../fixtures/gatewayServer.js';
import { selfSigned } from '../fixtures/selfSigned.js';
import { message, native, openHttp } from '../gateways/http/openHttp.js';
import { describeWith, freePort, listening, startProgram, whereIs, type Program } from './program.js';

describeWith({ tinyproxy: 'tinyproxy-bin' }, 'the HTTP gateway through tinyproxy', () => {
  let proxy: Program;
  let port: number;
  const servers: GatewayServer[] = [];

  beforeAll(async () => {
    port = await freePort();
    const folder = temporaryFolder();
    const file = join(folder, 'tinyproxy.conf');
    writeFileSync(file, `Port ${port}\nListen 127.0.0.1\nTimeout 10\nAllow 127.0.0.1\nBasicAuth proxyuser proxypassword\nMaxClients 10\nLogLevel Info\n`);
    proxy = startProgram(whereIs('tinyproxy')!, ['-d', '-c', file]);
    await listening(port);
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await proxy.stop();
  });

  const server = async (...options: Parameters<typeof startGatewayServer>): Promise<GatewayServer> => {
    const started = await startGatewayServer(...options);
    servers.push(started);
    return started;
  };
  const through = (user: string) => `http://${user}@127.0.0.1:${port}`;

  it('hands a plain request to the proxy', async () => {
    const gateway = await server();
    const open = openHttp(native({ url: `${gateway.url}/send`, query: { to: '{phone}', text: '{text}' }, proxy: through('proxyuser:proxypassword') }));
    expect(await open.send(message({ to: '+491701234567' }))).toMatchObject({ kind: 'sent' });
    expect(gateway.requests).toHaveLength(1);
    expect(gateway.requests[0]!.fields).toMatchObject({ to: '+491701234567' });
    // it was the proxy that came, and what it was told stays with it
    expect(gateway.requests[0]!.headers['via']).toMatch(/tinyproxy/);
    expect(gateway.requests[0]!.headers).not.toHaveProperty('proxy-authorization');
    await open.close();
  });

  it('makes a tunnel for TLS', async () => {
    const certificate = selfSigned();
    const gateway = await server({ tls: certificate });
    const ca = join(temporaryFolder(), 'ca.pem');
    writeFileSync(ca, certificate.cert);
    const open = openHttp(native({ url: `${gateway.url}/send`, form: { to: '{phone}', text: '{text}' }, proxy: through('proxyuser:proxypassword'), tls: { ca } }));
    expect(await open.send(message({ to: '+491701234567' }))).toMatchObject({ kind: 'sent' });
    expect(gateway.requests).toHaveLength(1);
    await open.close();
  });

  // of a plain request tinyproxy turns wrong credentials down by 401, as the gateway itself would
  it.each([['http', 'rejected', /HTTP 401/], ['https', 'unavailable', /proxy/]])('says that wrong credentials for the proxy are turned down, and sends nothing (%s)', async (scheme, kind, reason) => {
    const certificate = selfSigned();
    const gateway = await server(scheme === 'https' ? { tls: certificate } : {});
    const open = openHttp(native({ url: `${gateway.url}/send`, query: { to: '{phone}', text: '{text}' }, proxy: through('proxyuser:not-the-password'), tls: { verify: false } }));
    const outcome = await open.send(message({ to: '+491701234567' }));
    expect(outcome.kind).toBe(kind);
    expect('reason' in outcome && outcome.reason).toMatch(reason);
    expect(JSON.stringify(outcome)).not.toContain('not-the-password');
    expect(gateway.requests).toHaveLength(0);
    await open.close();
  });

  it('says that the proxy does not reach a gateway that is not there', async () => {
    const open = openHttp(native({ url: `http://127.0.0.1:${await freePort()}/send`, query: { to: '{phone}', text: '{text}' }, proxy: through('proxyuser:proxypassword') }));
    const outcome = await open.send(message({ to: '+491701234567' }));
    // the proxy was reached, and only it knows that the gateway was not
    expect(outcome).toMatchObject({ kind: 'rejected', reason: expect.stringContaining('HTTP 500') as string });
    await open.close();
  });
});
