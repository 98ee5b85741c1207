import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import type { Gateway } from '../../../src/gateways/gateway.js';
import { startGatewayServer, type GatewayServer } from '../../fixtures/gatewayServer.js';
import { message, native, openHttp } from './openHttp.js';

/** What a server got over a real connection is read back: number and text stand in their places, and nothing else is there. */
let server: GatewayServer;
let gateway: Gateway;
beforeAll(async () => {
  server = await startGatewayServer();
});
afterEach(() => gateway.close());
afterAll(() => server.close());

const hostile = fc.string({
  unit: fc.constantFrom('a', '7', ' ', '/', '..', '?', '&', '=', '#', '%', '%0a', '+', '"', "'", '\\', '{text}', '}}', '\r\n', '\0', ':', ';', '<', '>', ']]>', '&lt;', 'X-Evil: 1', ' HTTP/1.1\r\n', 'ä', '€', '😀', '\ud800'),
  minLength: 1, maxLength: 20,
});
const asSent = (text: string): string => Buffer.from(text).toString();

/** Sends each text and hands over what arrived, or the outcome where nothing did. */
const law = async (options: Record<string, unknown>, check: (got: Awaited<ReturnType<GatewayServer['next']>>, sent: { to: string; text: string }) => void, refused?: (sent: { to: string; text: string }) => void): Promise<void> => {
  gateway = openHttp(native({ url: `${server.url}/send`, ...options }));
  await fc.assert(fc.asyncProperty(hostile, hostile, async (to, text) => {
    const before = server.requests.length;
    const outcome = await gateway.send(message({ to, text }));
    if (outcome.kind === 'sent') {
      const got = await server.next();
      expect(Object.keys(got.headers)).not.toContain('x-evil');
      check(got, { to, text });
    } else {
      expect(outcome.kind).toBe('rejected');
      expect(server.requests.length).toBe(before);
      // numbers with control characters or nothing in them are refused whatever the place
      // eslint-disable-next-line no-control-regex -- control characters are what it looks for
      if (!/[\0-\x1f]/.test(to) && to.trim() !== '') refused?.({ to, text });
    }
  }), { numRuns: 60 });
};
const never = (): void => {
  throw new Error('was refused');
};

it('in a query', () => law({ query: { to: '{phone}', text: '{text}', last: 'x' } }, ({ path, target }, { to, text }) => {
  expect(path).toBe('/send');
  expect([...new URL(target, server.url).searchParams]).toEqual([['to', asSent(to)], ['text', asSent(text)], ['last', 'x']]);
}, never));

it('in a form', () => law({ form: { to: '{phone}', text: '{text}', last: 'x' } }, ({ body, target }, { to, text }) => {
  expect(target).toBe('/send');
  expect([...new URLSearchParams(body)]).toEqual([['to', asSent(to)], ['text', asSent(text)], ['last', 'x']]);
}, never));

it('in JSON', () => law({ json: { list: [{ to: ['{phone}'] }], text: '{text}', last: true } }, ({ body }, { to, text }) => {
  expect(JSON.parse(body)).toEqual({ list: [{ to: [to] }], text, last: true });
}, never));

it('in XML', () => {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false, trimValues: false, htmlEntities: true });
  return law({ xml: '<sms to="{phone}"><text>{text}</text><last>x</last></sms>' }, ({ body }, { to, text }) => {
    expect(parser.parse(body)).toEqual({ sms: { '@to': to, text, last: 'x' } });
  }, ({ to, text }) => expect(to + text).toMatch(/\0|\ud800/));
});

it('in a header', () => law({ headers: { 'X-To': 'n{phone}n', 'X-Text': 't{text}t' }, query: { text: '{text}' } }, ({ headers }, { to, text }) => {
  expect([headers['x-to'], headers['x-text']]).toEqual([`n${to}n`, `t${text}t`]);
}, ({ to, text }) => expect(to + text).toMatch(/[^\t\x20-\x7e\x80-\xff]/)));

it('in a path', () => law({ url: `${server.url}/v1/{phone}/x{text}` }, ({ path }, { to, text }) => {
  expect(path.split('/').map((step) => decodeURIComponent(step))).toEqual(['', 'v1', asSent(to), `x${asSent(text)}`]);
}, ({ to }) => expect(to).toBe('..')));
