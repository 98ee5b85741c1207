import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { readFileSync } from 'node:fs';
import { overhear } from '../../fixtures/surroundings.js';
import { startGatewayServer, type Answer, type GatewayServer } from '../../fixtures/gatewayServer.js';
import { startProxyServer } from '../../fixtures/proxyServer.js';
import type { Definition } from '../../../src/gateways/definition.js';
import type { Gateway } from '../../../src/gateways/gateway.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';
import { sipgateOptions } from '../../../src/gateways/sipgate/options.js';
import { sipgateGateway } from '../../../src/gateways/sipgate/sipgateGateway.js';
import { readResponse } from '../../../src/gateways/sipgate/xmlRpc.js';
import { message } from '../http/openHttp.js';

const registry = gatewayRegistry([sipgateGateway]);
const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});
const kept = <T extends { close(): Promise<void> }>(thing: T): T => {
  closing.push(thing);
  return thing;
};
const open = (definition: Definition): Gateway => {
  const read = registry.parseDefinition(definition);
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return kept(read.open('sip', overhear()));
};
const native = (options: Record<string, unknown>): Definition => ({ kind: 'sipgate-xmlrpc', options: { username: 'me', password: 'c4n4ry-pass', ...options } });
const faultsOf = (definition: Definition) => {
  const read = registry.parseDefinition(definition);
  return 'faults' in read ? Object.fromEntries(read.faults.map(({ key, problem }) => [key, problem])) : {};
};

const struct = (members: Record<string, string | number>): string => `<value><struct>${Object.entries(members)
  .map(([name, value]) => `<member><name>${name}</name><value>${typeof value === 'number' ? `<int>${value}</int>` : `<string>${value}</string>`}</value></member>`).join('\n')}</struct></value>`;
const result = (members: Record<string, string | number>): string => `<?xml version="1.0" encoding="UTF-8"?>\n<methodResponse><params><param>${struct(members)}</param></params></methodResponse>\n`;
const fault = (faultCode: number, faultString: string): string => `<?xml version="1.0"?><methodResponse><fault>${struct({ faultCode, faultString })}</fault></methodResponse>`;
const success = result({ StatusCode: 200, StatusString: 'Method success', SessionID: '52D4BF2C-0EA1-4D14' });

/** What the server was called with. */
interface Called {
  readonly method: string;
  readonly members: Readonly<Record<string, string>>;
}
const calledWith = (body: string): Called => {
  const call = (new XMLParser({ parseTagValue: false, trimValues: false, ignoreDeclaration: true, htmlEntities: true }).parse(body) as {
    methodCall: { methodName: string; params: { param: { value: { struct: { member: { name: string; value: { string: string } }[] } } } } };
  }).methodCall;
  return { method: call.methodName, members: Object.fromEntries(call.params.param.value.struct.member.map(({ name, value }) => [name, value.string])) };
};

/** An XML-RPC server, as sipgate's: it wants a password. */
const xmlRpcServer = async (answer: Answer = { body: success }): Promise<GatewayServer> => {
  const server = kept(await startGatewayServer());
  server.answer((request) => (request.headers.authorization === `Basic ${Buffer.from('me:c4n4ry-pass').toString('base64')}` ? answer : { status: 401, body: 'Unauthorized' }));
  return server;
};

describe('a message', () => {
  it('is one call of samurai.SessionInitiate, and sent when the struct says 200', async () => {
    const server = await xmlRpcServer();
    expect(await open(native({ url: `${server.url}/RPC2` })).send(message({ text: 'Dein Code: 287082' }))).toEqual({ kind: 'sent', messageId: '52D4BF2C-0EA1-4D14' });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/RPC2', headers: { 'content-type': 'text/xml; charset=utf-8' } });
    expect(calledWith(request!.body)).toEqual({ method: 'samurai.SessionInitiate', members: { RemoteUri: 'sip:491701000701@sipgate.de', TOS: 'text', Content: 'Dein Code: 287082' } });
  });

  it('cannot break out of its place', async () => {
    const server = await xmlRpcServer();
    const gateway = open(native({ url: server.url, domain: 'sipgate.net' }));
    const unit = fc.constantFrom('a', '7', ' ', '<', '>', '&', '"', "'", ']]>', '</string>', '&amp;', '{phone}', 'ä', '😀', '\n', '@');
    await fc.assert(fc.asyncProperty(fc.string({ unit, minLength: 1, maxLength: 20 }), fc.string({ unit, maxLength: 6 }), async (text, noise) => {
      await gateway.send(message({ text, to: `+49 170${noise.replace(/\n/g, '')}1000701` }));
      const { members } = calledWith(server.requests.at(-1)!.body);
      expect(Object.keys(members)).toEqual(['RemoteUri', 'TOS', 'Content']);
      expect(members['Content']).toBe(text);
      expect(members['RemoteUri']).toMatch(/^sip:\d+@sipgate\.net$/);
    }), { numRuns: 40 });
  });

  it('is not sent when XML cannot carry it, or nothing is left of the number', async () => {
    const server = await xmlRpcServer();
    const gateway = open(native({ url: server.url }));
    expect(await gateway.send(message({ text: 'a\u0007b' }))).toEqual({ kind: 'rejected', reason: 'the message holds a character that XML cannot carry' });
    expect(await gateway.send(message({ to: 'x' }))).toMatchObject({ kind: 'rejected' });
    expect(server.requests).toHaveLength(0);
  });
});

describe('an answer', () => {
  const outcomeOf = async (answer: Answer) => open(native({ url: (await xmlRpcServer(answer)).url, timeout: 2 })).send(message());

  it.each([
    ['a status that is no success, with HTTP 200', result({ StatusCode: 506, StatusString: 'Malformed SIP URI' }), 'rejected', 'sipgate answered status 506'],
    ['a fault', fault(503, 'Selected payment method failed'), 'rejected', 'sipgate answered status 503'],
    ['too many requests', fault(412, 'Too many requests'), 'unavailable', 'sipgate answered status 412'],
    ['resources exceeded', result({ StatusCode: '404', StatusString: 'Resources exceeded' }), 'unavailable', 'sipgate answered status 404'],
    ['an internal error', fault(402, 'Internal error'), 'unknown', 'sipgate answered status 402'],
    ['no status', result({ SessionID: 'x' }), 'rejected', 'sipgate answered without a status'],
    ['a page', '<html><body>200 OK</body></html>', 'rejected', 'the reply is no answer of an XML-RPC method'],
    ['a document type', `<!DOCTYPE x [<!ENTITY a "200">]>${success.slice(success.indexOf('<methodResponse'))}`, 'rejected', 'the reply is no answer of an XML-RPC method'],
    ['half a document', success.slice(0, 200), 'rejected', 'the reply is no answer of an XML-RPC method'],
    ['a success and a fault at once', success.replace('</methodResponse>', `${fault(1, 'x').split('<methodResponse>')[1]}`), 'rejected', 'the reply is no answer of an XML-RPC method'],
  ])('%s', async (_, body, kind, reason) => {
    expect(await outcomeOf({ body })).toEqual({ kind, reason: expect.stringContaining(reason) });
  });

  it('by its HTTP status', async () => {
    expect(await outcomeOf({ status: 403, body: 'Forbidden' })).toMatchObject({ kind: 'rejected', reason: 'the gateway answered HTTP 403: Forbidden' });
    expect(await outcomeOf({ status: 202, body: success })).toMatchObject({ kind: 'rejected' });
    expect(await outcomeOf({ status: 503 })).toMatchObject({ kind: 'unavailable' });
    expect(await outcomeOf({ status: 502 })).toMatchObject({ kind: 'unknown' });
    const server = await xmlRpcServer();
    expect(await open(native({ url: server.url, password: 'wrong' })).send(message())).toMatchObject({ kind: 'rejected', reason: expect.stringContaining('HTTP 401') });
  });

  it('that never comes, breaks off, or is no answer at all', async () => {
    expect(await outcomeOf({ half: success.slice(0, 100) })).toEqual({ kind: 'unknown', reason: expect.stringContaining('broke off') });
    expect(await outcomeOf({ reset: 'request' })).toMatchObject({ kind: 'unknown' });
    expect(await open(native({ url: 'http://127.0.0.1:1/' })).send(message())).toMatchObject({ kind: 'unavailable' });
    const server = await xmlRpcServer({ hang: true });
    expect(await open(native({ url: server.url, timeout: 0.2 })).send(message())).toMatchObject({ kind: 'unknown' });
  });

  it('shows neither number, code nor password in a reason, and keeps no id that is made of them', async () => {
    const said = await outcomeOf({ body: fault(506, 'sip:491701000701@sipgate.de, me:c4n4ry-pass, text 287082') });
    expect(JSON.stringify(said)).not.toMatch(/49170|c4n4ry|287082/);
    expect(await outcomeOf({ body: result({ StatusCode: 200, SessionID: 'x-287082' }) })).toEqual({ kind: 'sent' });
    expect(await outcomeOf({ body: result({ StatusCode: 200, SessionID: 'has space' }) })).toEqual({ kind: 'sent' });
  });

  it('is read without a throw, whatever it is', () => {
    const piece = fc.constantFrom('<methodResponse>', '</methodResponse>', '<params>', '<param>', '<value>', '<struct>', '<member>', '<name>StatusCode</name>', '<int>200</int>', '<fault>', '__proto__', '&a;', '<a b="c"/>');
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      readResponse(pieces.join(''));
    }));
    expect(readResponse(`<methodResponse><params><param>${'<value>'.repeat(30_000)}</param></params></methodResponse>`)).toBeUndefined();
    expect(readResponse(success)?.members.get('SessionID')).toBe('52D4BF2C-0EA1-4D14');
  });
});

describe('configurations', () => {
  it('need user and password', () => {
    expect(faultsOf({ kind: 'sipgate-xmlrpc', options: {} })).toEqual({ username: 'is missing', password: 'is missing' });
    expect(faultsOf(native({ url: 'x', domain: 'a b', timeout: 0, nix: 1 }))).toEqual({ url: expect.anything(), domain: 'must be the name of a domain', timeout: expect.anything(), nix: expect.anything() });
  });

  it("are understood in privacyIDEA's form, which calls the same address through a proxy", async () => {
    const module = 'privacyidea.lib.smsprovider.SipgateSMSProvider.SipgateSMSProvider';
    expect(registry.kindOf(module)).toBe('sipgate-xmlrpc');
    expect(faultsOf({ module, options: { USERNAME: 'me' } })).toEqual({ PASSWORD: 'is missing' });
    expect(faultsOf({ module, options: { USERNAME: 'me', PASSWORD: 'p', REGEXP: 'x', PROXY: 'nix' } })).toEqual({ REGEXP: 'must be /search/replacement/', PROXY: expect.anything() });
    expect(faultsOf({ module, options: { USERNAME: 'me', PASSWORD: 'p', REGEXP: '/(/x/' } })).toHaveProperty('REGEXP');
    const read = registry.parseDefinition({ module, options: { USERNAME: 'me', PASSWORD: 'p', REGEXP: '/^0/49/', OTHER: '1' } });
    expect(read).toMatchObject({ ignored: ['OTHER'], options: { url: 'https://samurai.sipgate.net/RPC2', number: { replace: { pattern: '^0', with: '49' } } } });

    const server = await xmlRpcServer();
    const proxy = kept(await startProxyServer({ credentials: 'p:q' }));
    const gateway = open(native({ url: `${server.url}/RPC2`, proxy: `http://p:q@127.0.0.1:${proxy.port}`, number: { replace: { pattern: '^0', with: '49' } } }));
    expect(await gateway.send(message({ to: '0170 1000701' }))).toMatchObject({ kind: 'sent' });
    expect(calledWith(server.requests[0]!.body).members['RemoteUri']).toBe('sip:491701000701@sipgate.de');
  });

  it('have a page that lists every option, with an example that can be used', () => {
    const page = readFileSync('docs/gateways/sipgate.md', 'utf8');
    for (const option of Object.keys(sipgateOptions.shape)) expect(page).toMatch(new RegExp(`^\\| .*\`${option}\``, 'm'));
    const example = JSON.parse(/^ {4}(\{"kind": "sipgate-xmlrpc".*\})$/m.exec(page)![1]!) as Definition;
    expect(faultsOf(example)).toEqual({});
  });
});
