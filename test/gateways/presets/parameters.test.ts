import fc from 'fast-check';
import { censor } from '../../../src/gateways/censoring.js';
import type { HttpOptions } from '../../../src/gateways/http/options.js';
import { requestWriter, type Request } from '../../../src/gateways/http/request.js';
import type { Preset } from '../../../src/gateways/presets/preset.js';
import { presetKind } from '../../../src/gateways/presets/presetKind.js';
import { presets } from '../../../src/gateways/presets/presets.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';
import { isSecretName } from '../../../src/gateways/secretNames.js';
import { message } from '../http/openHttp.js';

/** A vendor that has a parameter in every place. */
const everywhere: Preset = {
  kind: 'everywhere', title: 'Everywhere', success: '',
  parameters: {
    inPath: { meaning: '', example: 'a' }, user: { meaning: '', example: 'a' }, password: { meaning: '', example: 'a', secret: true }, value: { meaning: '', example: 'a' },
    maybe: { meaning: '', example: 'a', optional: true }, other: { meaning: '', example: 'a', optional: true }, usual: { meaning: '', example: 'a', default: 'x' },
    same: { meaning: '', example: 'a', default: '{value}' },
  },
  oneOf: ['maybe', 'other'],
  server: 'https://vendor.example',
  path: '/v1/{inPath}/send',
  request: {
    username: '{user}', password: '{password}',
    query: { q: '{value}', fixed: '1', maybe: 'x{maybe}' },
    headers: { 'X-Value': '{usual}' },
    json: { to: '{phone}', text: '{text}', deep: { list: ['{value}', '{maybe}'], only: { maybe: '{maybe}' } }, same: '{same}', number: 1, hook: { url: '{receiptUrl}' } },
    number: { format: 'digits' },
  },
  receipts: { mapping: { messageId: 'id', state: 'status', delivered: ['ok'], undelivered: [] }, setup: '', request: { json: { wants: true } } },
};

const registry = gatewayRegistry([presetKind(everywhere), ...presets.map(presetKind)]);
const needed = { inPath: 'a', user: 'u', password: 'p', value: 'v', other: 'o' };
const optionsOf = (kind: string, options: Readonly<Record<string, unknown>>): HttpOptions => {
  const read = registry.parseDefinition({ kind, options });
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.options as HttpOptions;
};
const written = (options: Readonly<Record<string, unknown>>): Request => {
  const request = requestWriter(optionsOf('everywhere', { ...needed, ...options }))(message());
  if ('problem' in request) throw new Error(request.problem);
  return request;
};
const faultsOf = (options: Readonly<Record<string, unknown>>, kind = 'everywhere'): Record<string, string> => {
  const read = registry.parseDefinition({ kind, options });
  return 'faults' in read ? Object.fromEntries(read.faults.map(({ key, problem }) => [key, problem])) : {};
};

it('a parameter never breaks out of its place, and is never read as a placeholder', () => {
  const unit = fc.constantFrom('a', '7', ' ', '/', '..', '?', '&', '=', '#', '%', '+', '"', '\\', '{', '}', '{text}', '{phone}', '{value}', '{{', '$&', ':', '@', '<', 'ä', '😀');
  fc.assert(fc.property(fc.string({ unit, minLength: 1, maxLength: 12 }), (value) => {
    const steps = /^\.{1,2}$/.test(value) ? 'a' : value;
    const { origin, path, headers, body } = written({ inPath: steps, value, maybe: value, usual: /^[\x20-\x7e]*$/.test(value) ? value : 'x' });
    const url = new URL(path, origin);
    expect(url.origin).toBe('https://vendor.example');
    expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'v1', steps, 'send']);
    expect([...url.searchParams]).toEqual([['q', value], ['fixed', '1'], ['maybe', `x${value}`]]);
    expect(JSON.parse(body!)).toEqual({ to: '491701000701', text: '287082', deep: { list: [value, value], only: { maybe: value } }, same: value, number: 1 });
    if (/^[\x20-\x7e]*$/.test(value)) expect(headers['x-value']).toBe(value);
  }));
});

it('what stands in an address is a word, for every vendor', () => {
  for (const { parameters, path, server = '', kind } of presets) {
    for (const [, name] of `${server}${path}`.matchAll(/\{(\w+)\}/g)) {
      for (const value of ['..', '.', 'a/b', 'a?b', 'a@b', 'a:b', 'a b', '%2e', 'ä', 'a.example']) {
        expect([kind, name, value, parameters[name!]?.pattern?.test(value)]).toEqual([kind, name, value, false]);
      }
    }
  }
});

it('a field whose optional parameter is not given is left out, and so is what it leaves empty', () => {
  const { path, body } = written({});
  expect(path).toBe('/v1/a/send?q=v&fixed=1');
  expect(JSON.parse(body!)).toEqual({ to: '491701000701', text: '287082', deep: { list: ['v'] }, same: 'v', number: 1 });
});

it('receipts add to the request; without a public address the vendor is told none', () => {
  const secret = 'a-secret-of-the-gateway';
  expect(JSON.parse(written({ receipts: { secret } }).body!)).toMatchObject({ wants: true });
  expect(JSON.parse(written({ receipts: { secret } }).body!)).not.toHaveProperty('hook');
  expect(optionsOf('everywhere', { ...needed, receipts: { secret, url: 'https://otp.example' } })).toMatchObject({ json: { hook: { url: '{receiptUrl}' } }, receipts: { messageId: 'id', url: 'https://otp.example' } });
});

it('the server, and what concerns the connection, may be set', () => {
  const given = { ...needed, url: 'http://127.0.0.1:8080/base/', timeout: 9, connectTimeout: 2, connections: 3, proxy: 'http://proxy.example:3128', tls: { verify: false }, number: { country: 'de' } };
  expect(optionsOf('everywhere', given)).toMatchObject({ url: 'http://127.0.0.1:8080/base/v1/a/send', timeout: 9, connectTimeout: 2, connections: 3, proxy: 'http://proxy.example:3128', tls: { verify: false }, number: { format: 'digits', country: 'DE' } });
  expect(presetKind(everywhere).timeout(optionsOf('everywhere', given))).toBe(11_000);
  expect(optionsOf('everywhere', { ...needed, url: 'https://{text}.example/{phone}' }).url).toBe('https://{{text}}.example/{{phone}}/v1/a/send');
});

describe('faults', () => {
  it('name the key as it was written', () => {
    expect(faultsOf({})).toEqual({ inPath: 'is missing', user: 'is missing', password: 'is missing', value: 'is missing' });
    expect(faultsOf({ ...needed, other: undefined })).toEqual({ maybe: 'is missing, and so is other; one of them is needed' });
    expect(faultsOf({ ...needed, nix: 1, text: 'x', json: {} })).toEqual(Object.fromEntries(['nix', 'text', 'json'].map((key) => [key, 'is not an option of this kind of gateway'])));
    expect(faultsOf({ ...needed, value: 'a\r\nb' })).toEqual({ value: 'holds a control character, such as a line break' });
    expect(faultsOf({ ...needed, value: '', user: {}, password: 'x'.repeat(501) })).toEqual({ value: 'must not be empty', user: expect.any(String), password: 'must be at most 500 characters long' });
    expect(faultsOf({ ...needed, usual: '€' })).toEqual({ options: 'cannot be put into the request: headers.X-Value' });
    expect(faultsOf({ ...needed, timeout: 'x', proxy: 'nix', number: { format: 'x' } })).toEqual({ timeout: 'must be of type number', proxy: expect.anything(), 'number.format': expect.anything() });
    for (const url of ['nix', 'ftp://x', 'https://x/?a=b', 'https://u:p@x/']) expect(faultsOf({ ...needed, url })).toEqual({ url: expect.stringContaining('address of a server') });
    expect(faultsOf({ ...needed, receipts: { secret: 'short', nix: 1 } })).toEqual({ 'receipts.secret': expect.stringContaining('16 or more'), 'receipts.nix': 'is not an option of this kind of gateway' });
    expect(faultsOf({ ...needed, receipts: {} })).toEqual({ 'receipts.secret': expect.stringContaining('is missing') });
    expect(faultsOf({ ...needed, receipts: { secret: 'a-secret-of-the-gateway', state: 'x' } })).toEqual({ 'receipts.state': 'is not an option of this kind of gateway' });
  });

  it.each(['kannel', 'gammu'])('%s has no server of its own', (kind) => {
    expect(faultsOf({ username: 'u', password: 'p' }, kind)).toEqual({ url: 'is missing' });
    expect(faultsOf({ username: 'u', password: 'p', url: 'http://localhost:13013' }, kind)).toEqual({});
  });

  it('of a vendor whose sender may be chosen in two ways', () => {
    expect(faultsOf({ accountSid: 'AC1', authToken: 't' }, 'twilio')).toEqual({ from: 'is missing, and so is messagingServiceSid; one of them is needed' });
    expect(faultsOf({ accountSid: 'AC1', authToken: 't', messagingServiceSid: 'MG1' }, 'twilio')).toEqual({});
    expect(faultsOf({ accountSid: 'AC1/../x', authToken: 't', from: 'x' }, 'twilio')).toEqual({ accountSid: 'is not written as it has to be, such as AC00000000000000000000000000000000' });
    expect(optionsOf('twilio', { accountSid: 'AC1', apiKeySid: 'SK1', authToken: 't', from: 'x' })).toMatchObject({ username: 'SK1', url: expect.stringContaining('/AC1/') });
  });
});

describe('secrets', () => {
  it('are known as such by their names, so that they are covered wherever a definition is shown', () => {
    for (const { parameters, kind } of presets) {
      for (const [name, { secret }] of Object.entries(parameters)) if (secret) expect([kind, name, isSecretName(name)]).toEqual([kind, name, true]);
    }
  });

  it('of receipts are covered too', () => {
    const shown = censor({ kind: 'twilio', options: { authToken: 'c4n4ry-1', from: '+1', receipts: { secret: 'c4n4ry-2-of-the-gateway', url: 'https://otp.example', signature: { key: 'c4n4ry-3' } } } });
    expect(JSON.stringify(shown)).not.toContain('c4n4ry');
    expect(shown.options).toMatchObject({ from: '+1', receipts: { url: 'https://otp.example' } });
  });
});
