import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { httpOptions } from '../../../src/gateways/http/options.js';
import { requestWriter, type Request } from '../../../src/gateways/http/request.js';
import { faultsOf, message, native } from './openHttp.js';

const clock = (): Date => new Date('2026-11-28T06:00:00.750Z');
const write = (options: Record<string, unknown>, given: Parameters<typeof message>[0] = {}): Request | { problem: string } =>
  requestWriter(httpOptions.parse({ url: 'https://sms.example/', ...options }), clock)(message(given));
const written = (options: Record<string, unknown>, given: Parameters<typeof message>[0] = {}): Request => {
  const request = write(options, given);
  if ('problem' in request) throw new Error(request.problem);
  return request;
};
const json = (options: Record<string, unknown>, given: Parameters<typeof message>[0] = {}): unknown => JSON.parse(written(options, given).body!);

describe('placeholders', () => {
  it('say how long the code lives, in every unit, and when it dies', () => {
    const times = { s: '{validity}', min: '{validityMinutes}', ms: '{validityMilliseconds}', at: '{expiresAt}', t: '{text}' };
    expect(json({ json: times }, { validity: 299.9 })).toMatchObject({ s: '299', min: '4', ms: '299000', at: '2026-11-28T06:04:59Z' });
    expect(json({ json: times }, { validity: 20 })).toMatchObject({ s: '20', min: '1', ms: '20000', at: '2026-11-28T06:00:20Z' });
  });

  it('keep to the range that the provider takes', () => {
    const options = { json: { s: '{validity}', at: '{expiresAt}', t: '{text}' }, validity: { least: 60, most: 3600 } };
    expect(json(options, { validity: 20 })).toMatchObject({ s: '60', at: '2026-11-28T06:01:00Z' });
    expect(json(options, { validity: 90 })).toMatchObject({ s: '90' });
    expect(json(options, { validity: 90_000 })).toMatchObject({ s: '3600' });
  });

  it('become a number in JSON where the template says so', () => {
    const options = { json: { ttl: '{validity:number}', to: ['{phone:number}'], text: '{text}', s: '{validity}' }, number: { format: 'digits' } };
    expect(json(options, { text: '287082' })).toEqual({ ttl: 120, to: [491701000701], text: '287082', s: '120' });
    expect(write({ json: { to: '{phone:number}', t: '{text}' } })).toEqual({ problem: 'the phone number cannot be written as a JSON number' });
    expect(JSON.parse(new URLSearchParams(written({ form: { data: { json: { ttl: '{validity:number}', t: '{text}' } } } }).body).get('data')!)).toEqual({ ttl: 120, t: '287082' });
  });

  it('tell where receipts may be sent, and write the text as UCS-2', () => {
    expect(json({ json: { cb: '{receiptUrl}', hex: '{ucs2Hex}' } }, { text: 'Tür €' })).toEqual({ cb: '', hex: '005400FC0072002020AC' });
    expect(written({ query: { cb: '{receiptUrl}', t: '{text}' }, receiptUrl: 'https://tanager.example/r?a=1&b=2' }).path).toBe('/?cb=https%3A%2F%2Ftanager.example%2Fr%3Fa%3D1%26b%3D2&t=287082');
  });

  it('may stand in the URL, whatever their letters', () => {
    expect(written({ url: 'https://sms.example/{validityMinutes}/{ucs2Hex}?until={expiresAt}' }).path).toBe('/2/003200380037003000380032?until=2026-11-28T06%3A02%3A00Z');
    expect(faultsOf(native({ url: 'https://{validityMinutes}.example/' }))).toEqual({ url: 'takes placeholders such as {phone} only after the host' });
  });

  it('are refused where they mean nothing', () => {
    expect(faultsOf(native({ url: 'https://sms.example/', json: { a: 'x{validity:number}' } }))).toEqual({ 'json.a': '{validity:number} may only be the whole of a text in JSON' });
    expect(faultsOf(native({ url: 'https://sms.example/', json: { a: '{text:number}' } }))).toEqual({ 'json.a': '{text} is no number' });
    expect(faultsOf(native({ url: 'https://sms.example/', query: { a: '{validity:number}' } }))).toEqual({ 'query.a': '{validity:number} may only be the whole of a text in JSON' });
    expect(faultsOf(native({ url: 'https://sms.example/{validity:number}' }))).toEqual({ url: '{validity:number} may only be the whole of a text in JSON' });
  });
});

describe('texts beyond the default alphabet', () => {
  const unicode = { form: { text: '{ucs2Hex}', type: 'unicode' } };

  it('change the fields that say so', () => {
    const form = { to: '{phone}', text: '{text}' };
    expect([...new URLSearchParams(written({ form, unicode }, { text: 'Café [1]' }).body)]).toEqual([['to', '+49 (170) 100-0701'], ['text', 'Café [1]']]);
    expect([...new URLSearchParams(written({ form, unicode }, { text: 'я' }).body)]).toEqual([['to', '+49 (170) 100-0701'], ['text', '044F'], ['type', 'unicode']]);
    expect(json({ json: { text: '{text}', type: 'text' }, unicode: { json: { type: 'unicode' } } }, { text: 'я' })).toEqual({ text: 'я', type: 'unicode' });
    expect(written({ query: { text: '{text}' }, unicode: { query: { coding: '2' } } }, { text: 'я' }).path).toBe('/?text=%D1%8F&coding=2');
  });

  it('need a body whose fields they can change', () => {
    expect(faultsOf(native({ url: 'https://sms.example/', json: [], unicode }))).toEqual({ 'unicode.form': expect.stringContaining('no form') });
    expect(faultsOf(native({ url: 'https://sms.example/', json: [], unicode: { json: {} } }))).toEqual({ 'unicode.json': expect.stringContaining('JSON object') });
  });
});

describe('character sets', () => {
  it.each([
    ['utf-8', '%E2%82%AC+%C3%A4'], ['iso-8859-15', '%A4+%E4'], ['windows-1252', '%80+%E4'], ['ISO-8859-15', '%A4+%E4'],
  ])('%s writes € and ä', (charset, expected) => {
    expect(written({ charset, query: { t: '{text}' } }, { text: '€ ä' }).path).toBe(`/?t=${expected}`);
    expect(written({ charset, form: { t: '{text}' } }, { text: '€ ä' }).body).toBe(`t=${expected}`);
  });

  it('never drop a character', () => {
    for (const [charset, text] of [['iso-8859-1', '€'], ['iso-8859-15', '¤'], ['windows-1252', 'я'], ['windows-1252', '😀']]) {
      expect(write({ charset, form: { t: '{text}' } }, { text: text! })).toEqual({ problem: `the message holds a character that ${charset} does not have` });
      expect(write({ charset, url: 'https://sms.example/{text}' }, { text: text! })).toHaveProperty('problem');
    }
  });

  it('have to have the fixed texts, too', () => {
    const unicode = { form: { c: { json: ['€', '{validity:number}'] } } };
    const options = { url: 'https://sms.example/', charset: 'iso-8859-1', query: { t: '{text}', s: '€uro', 'ł': 'x', ok: 'ä' }, form: { a: ['x', '→'], b: { json: ['{validity:number}'] } }, unicode };
    expect(faultsOf(native(options))).toEqual(Object.fromEntries(['query.s', 'query.ł', 'form.a', 'unicode.form.c'].map((key) => [key, 'holds a character that iso-8859-1 does not have'])));
    expect(faultsOf(native({ ...options, charset: 'utf-8' }))).toEqual({});
  });

  it('write what a reader of the set reads', () => {
    const decode = (charset: string, coded: string): string => {
      const bytes = Buffer.from(coded.replaceAll('+', ' ').replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
      return charset === 'iso-8859-1' ? bytes.toString('latin1') : new TextDecoder(charset).decode(bytes);
    };
    fc.assert(fc.property(fc.constantFrom('iso-8859-1', 'iso-8859-15', 'utf-8'), fc.string({ unit: fc.constantFrom('a', 'ä', '€', 'Š', '¼', '&', '=', '%', '+', ' ', '\n', '~', '*') }), (charset, text) => {
      const request = write({ charset, form: { t: '{text}', u: 'x' } }, { text });
      if ('problem' in request) return;
      expect(request.body!.split('&').map((pair) => pair.split('=').map((part) => decode(charset, part)))).toEqual([['t', text], ['u', 'x']]);
    }));
  });

  it('are named in the type of a form', () => {
    expect(written({ charset: 'iso-8859-1', form: { t: '{text}' } }).headers['content-type']).toBe('application/x-www-form-urlencoded; charset=iso-8859-1');
  });
});

describe('XML', () => {
  const xml = '<?xml version="1.0" encoding="UTF-8"?>\n<sms to="{phone}" id=\'{reference}\'><text>{text}</text><ttl>{validity}</ttl></sms>';
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false, trimValues: false, htmlEntities: true });
  const hostile = fc.string({ unit: fc.constantFrom('a', ' ', '<', '>', '&', '"', "'", ']]>', '<!--', '&lt;', '</text>', '{phone}', '\n', '\t', 'ä', '€', '😀', '\0', '\u001b', '\ufffe', '\ud800'), minLength: 1, maxLength: 30 });

  it('keeps its shape, whatever is put in, and refuses what it cannot carry', () => {
    fc.assert(fc.property(hostile, hostile, (text, reference) => {
      const request = write({ xml }, { text, reference });
      // eslint-disable-next-line no-control-regex -- control characters are what XML cannot carry
      expect('problem' in request).toBe(/[\0\u001b\ufffe]|\p{Surrogate}/u.test(text + reference));
      if ('problem' in request) return expect(request.problem).toBe('the message holds a character that XML cannot carry');
      expect(request.headers['content-type']).toBe('text/xml; charset=utf-8');
      expect((parser.parse(request.body!) as { sms: unknown }).sms).toEqual({ '@to': '+49 (170) 100-0701', '@id': reference, text, ttl: '120' });
    }));
  });

  it.each([
    ['<a>', 'is not well-formed XML with placeholders in texts and attributes'],
    ['<{text}/>', 'is not well-formed XML with placeholders in texts and attributes'],
    ['<a {text}="b"/>', 'is not well-formed XML with placeholders in texts and attributes'],
    ['<a b={text}/>', 'is not well-formed XML with placeholders in texts and attributes'],
    ['<a><![CDATA[{text}]]></a>', 'may hold elements and text only: no comment, CDATA, document type or processing instruction'],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>{text}</a>', 'may hold elements and text only: no comment, CDATA, document type or processing instruction'],
    ['<?xml version="1.0" encoding="ISO-8859-1"?><a>{text}</a>', 'is sent as UTF-8, and cannot declare another encoding'],
    ['<a>{nix}</a>', expect.stringContaining('{nix} is unknown')],
  ])('refuses %s', (source, problem) => {
    expect(faultsOf(native({ url: 'https://sms.example/', xml: source }))).toEqual({ xml: problem });
  });

  it('is the one body', () => {
    expect(faultsOf(native({ url: 'https://sms.example/', xml: '<a>{text}</a>', json: {} }))).toEqual({ xml: 'cannot go together with json: a request has one body' });
    expect(faultsOf(native({ url: 'https://sms.example/', xml: '<a>{text}</a>', method: 'GET' }))).toEqual({ method: expect.stringContaining('no body') });
  });
});
