import fc from 'fast-check';
import { httpOptions } from '../../../src/gateways/http/options.js';
import { requestWriter, type Request } from '../../../src/gateways/http/request.js';
import { faultsOf, message, native } from './openHttp.js';

/** Texts and numbers of all kinds, with everything that has a meaning in URLs, forms, JSON, headers and templates. */
const hostile = fc.string({ unit: fc.constantFrom('a', '0', '7', ' ', '/', '.', '?', '&', '=', '#', '%', '+', '"', '\\', '{', '}', '{text}', '{phone}', '\r', '\n', ':', ';', '<', 'ä', '€', '😀', '\ud800'), maxLength: 30 });
const asSent = (text: string): string => Buffer.from(text).toString();

const write = (options: Record<string, unknown>, given: Parameters<typeof message>[0]): Request | { problem: string } => requestWriter(httpOptions.parse(options))(message(given));
const written = (options: Record<string, unknown>, given: Parameters<typeof message>[0]): Request => {
  const request = write(options, given);
  if ('problem' in request) throw new Error(request.problem);
  return request;
};

describe('values never break out of their place', () => {
  it('in a query: the same fields, with the value whole', () => {
    fc.assert(fc.property(hostile, (text) => {
      const { origin, path } = written({ url: 'http://sms.example/a?fixed=1', query: { to: '{phone}', text: 'x{text}y', also: '{{text}}' } }, { text });
      expect(origin).toBe('http://sms.example');
      expect([...new URL(path, origin).searchParams]).toEqual([['fixed', '1'], ['to', '+49 (170) 100-0701'], ['text', asSent(`x${text}y`)], ['also', '{text}']]);
    }));
  });

  it('in a form', () => {
    fc.assert(fc.property(hostile, (text) => {
      const { body } = written({ url: 'http://sms.example/', form: { text: ['{text}', '-{text}-'], json: { json: { t: '{text}' } } } }, { text });
      const fields = new URLSearchParams(body);
      expect(fields.getAll('text')).toEqual([asSent(text), asSent(`-${text}-`)]);
      expect(JSON.parse(fields.get('json')!)).toEqual({ t: asSent(text) === text ? text : expect.any(String) });
      expect([...fields]).toHaveLength(3);
    }));
  });

  it('in JSON: the same shape', () => {
    fc.assert(fc.property(hostile, (text) => {
      const { body, headers } = written({ url: 'http://sms.example/', json: { messages: [{ content: 'a {text} b', n: 1, no: null }], '{text}': true } }, { text });
      expect(JSON.parse(body!)).toEqual({ messages: [{ content: `a ${text} b`, n: 1, no: null }], '{text}': true });
      expect(headers['content-type']).toBe('application/json');
    }));
  });

  it('in the path: the same steps, or it is refused', () => {
    fc.assert(fc.property(hostile, (text) => {
      const request = write({ url: 'https://sms.example/v1/{text}/send', method: 'POST' }, { text });
      if ('problem' in request) return expect(request.problem).toContain('cannot stand in the path');
      expect(request.path).toMatch(/^\/v1\/[\w~.%-]*\/send$/);
      expect(decodeURIComponent(request.path.split('/')[2]!)).toBe(asSent(text));
      expect(new URL(request.path, request.origin).pathname).toBe(request.path);
    }));
  });

  it('in a header: one line, or it is refused', () => {
    fc.assert(fc.property(hostile, (text) => {
      const request = write({ url: 'http://sms.example/', query: { text: '{text}' }, headers: { 'X-Text': 'a{text}' } }, { text });
      if ('problem' in request) expect(request.problem).toContain('x-text');
      else expect(request.headers['x-text']).toBe(`a${text}`);
      expect('problem' in request).toBe(/[^\t\x20-\x7e\x80-\xff]/.test(text));
    }));
  });
});

describe('a request', () => {
  it('puts number, text, reference and validity in', () => {
    const { path, headers, method, body } = written(
      { url: 'https://sms.example/{reference}', method: 'put', json: { to: '{phone}', text: '{text}', ttl: '{validity}' }, headers: { 'Idempotency-Key': '{reference}' }, number: { digitsOnly: true } },
      { reference: 'r-7', validity: 99.9 });
    expect({ path, method, body: JSON.parse(body!), key: headers['idempotency-key'] }).toEqual({ path: '/r-7', method: 'PUT', body: { to: '+491701000701', text: '287082', ttl: '99' }, key: 'r-7' });
  });

  it('is a GET without a body and a POST with one, where nothing is said', () => {
    expect(written({ url: 'http://x/', query: { t: '{text}' } }, {}).method).toBe('GET');
    expect(written({ url: 'http://x/', form: { t: '{text}' } }, {}).method).toBe('POST');
  });

  it.each(['\u0007123', '1'.repeat(65), '+', '  '])('is refused for the number %j', (to) => {
    expect(write({ url: 'http://x/', query: { t: '{text}', to: '{phone}' }, number: { removePrefix: '+' } }, { to })).toEqual({ problem: expect.stringContaining('number') });
  });
});

it('refuses options that make no sense, by key', () => {
  expect(faultsOf(native({}))).toEqual({ url: 'is missing' });
  expect(faultsOf(native({ url: 'http://{phone}.example/' }))).toEqual({ url: 'takes placeholders such as {phone} only after the host' });
  expect(faultsOf(native({ url: 'http://{text}@host/' }))).toEqual({ url: expect.stringContaining('only after the host') });
  expect(faultsOf(native({ url: 'http://h/{nix}' }))).toEqual({ url: expect.stringContaining('{nix} is unknown') });
  expect(faultsOf(native({ url: 'http://h/', form: {}, json: {} }))).toEqual({ json: expect.stringContaining('one body') });
  expect(faultsOf(native({ url: 'http://h/', form: {}, method: 'GET' }))).toEqual({ method: expect.stringContaining('no body') });
  expect(faultsOf(native({ url: 'http://h/', uri: 1, timeout: 0, connections: 0.5, success: { startswith: 'x' }, headers: { a: '{nix}' } }))).toEqual({
    uri: 'is not an option of this kind of gateway', timeout: 'must be more than 0', connections: 'must be a whole number', 'success.startswith': 'is not an option of this kind of gateway', 'headers.a': expect.stringContaining('unknown'),
  });
});
