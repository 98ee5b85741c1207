import fc from 'fast-check';
import { emptyTags, readGivenText, readTemplate, render, templateFault, textTags, usesTag, type TextTag, type TextValues } from '../../src/sms/textTemplate.js';

const values: TextValues = {
  otp: '123456', serial: 'SMS1', transactionid: '42', tokentype: 'sms', user: 'Ada', givenname: 'Ada', surname: 'King', recipient_givenname: 'Ada',
  recipient_surname: 'King', username: 'ada', userrealm: 'sales', phone_redacted: '****-******67', time: '17:04:59', date: '2026-01-31', validity: '5',
};
const written = (text: string, more: Partial<TextValues> = {}): string => render(readTemplate(text), { ...values, ...more });
const given = (text: string): string => render(readGivenText(text), values);

describe('the text that an administrator sets', () => {
  it.each([
    ['<otp>', '123456'],
    ['', '123456'],
    ['Your code: {otp}', 'Your code: 123456'],
    ['<otp> or {otp}, token <serial>/{serial}, <transactionid>/{transactionid}', '123456 or 123456, token SMS1/SMS1, 42/42'],
    ['Hello {user} {surname}', '123456 Hello Ada King'],
    ['{username}@{userrealm} {tokentype} {phone_redacted} {date} {time} {validity} {otp}', 'ada@sales sms ****-******67 2026-01-31 17:04:59 5 123456'],
    ['{{otp}} is written {otp}', '{otp} is written 123456'],
    ['a { b } c: {otp} {}', 'a { b } c: 123456 {}'],
    ['<b>{otp}</b> <#>', '<b>123456</b> <#>'],
    ["'Your code\\, please: <otp>'", 'Your code, please: 123456'],
    ["It's {otp}", "It's 123456"],
    ['{otp}{realm}{challenge}{client_ip}.', '123456.'],
    ['{OTP} {otp', '123456 {OTP} {otp'],
  ])('%j is sent as %j', (text, sent) => expect(written(text)).toBe(sent));

  it.each([['{naem} {otp}', '{naem}'], ['{ otp }', '{ otp }'], ['{otp!r}', '{otp!r}'], ['{OTP}', '{OTP}'], ['{__proto__}', '{__proto__}'], ['{toString}', '{toString}']])(
    '%j is refused, and it is said why', (text, tag) => {
      expect(templateFault(text)).toMatch(`holds ${tag}, which is no tag. There are {otp}, {serial}, `);
      expect(templateFault(text)).toMatch('{{');
    });

  it.each(['{{naem}} {otp}', 'a { b', 'a } b', '{}', '<naem>', "'a\\, b'", ...emptyTags.map((tag) => `{${tag}}`), ...Object.keys(textTags).map((tag) => `{${tag}}`)])(
    '%j is taken', (text) => expect(templateFault(text)).toBeUndefined());

  it('is not expanded again by what stands in for a tag', () => {
    expect(written('{user}: {otp}', { user: '{serial}<otp>{{' })).toBe('{serial}<otp>{{: 123456');
  });

  it('has no more lines than it was given', () => {
    expect(written('{user}: {otp}', { user: 'A\n@evil.example #999999' })).toBe('A @evil.example #999999: 123456');
  });
});

describe('the text that a caller gives', () => {
  it.each([
    ['Transfer of 100 EUR', '123456 Transfer of 100 EUR'],
    ['{unknown} {{x}} {url} {otp}', '{unknown} {{x}} {url} 123456'],
    ["'quoted\\, <otp>' {serial}", "'quoted\\, 123456' SMS1"],
  ])('%j is sent as %j', (text, sent) => expect(given(text)).toBe(sent));
});

describe('every text', () => {
  const tags = Object.keys(textTags) as TextTag[];
  const piece = fc.oneof(fc.string(), fc.constantFrom('{', '}', '{{', '}}', '<otp>', '{otp}', '<serial>', ...tags.map((tag) => `{${tag}}`), '{x}', '\\,', "'"));
  const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  const anyValues = fc.record(Object.fromEntries(tags.map((tag) => [tag, fc.oneof(fc.string(), fc.constantFrom('{otp}', '<otp>', '{{', '{serial}'))]))) as fc.Arbitrary<TextValues>;
  const code = fc.stringMatching(/^\d{6,10}$/);

  it('holds the code', () => {
    fc.assert(fc.property(texts, anyValues, code, (text, others, otp) => {
      for (const read of [readTemplate, readGivenText]) expect(render(read(text), { ...others, otp })).toContain(otp);
    }));
  });

  it('is its pieces with the values in their places, whatever those look like', () => {
    fc.assert(fc.property(texts, anyValues, code, (text, others, otp) => {
      const template = readGivenText(text);
      if (!usesTag(template, 'otp')) return;
      const all = { ...others, otp };
      const pieces = template.parts.map((part) => (typeof part === 'string' ? part : all[part.tag].replace(/\p{Cc}+/gu, ' ')));
      expect(render(template, all)).toBe(pieces.join('').trim());
    }));
  });

  it('without a tag comes back from a caller as it was', () => {
    fc.assert(fc.property(fc.string().filter((text) => !/[{<]/.test(text)), (text) => expect(given(text)).toBe(`123456 ${text}`.trim())));
  });

  it('can be written so that it is sent literally', () => {
    fc.assert(fc.property(fc.string().filter((text) => !/[<'\\]/.test(text)), (text) => {
      expect(written(text.replace(/[{}]/g, '$&$&'))).toBe(`123456 ${text}`.trim());
    }));
  });
});
