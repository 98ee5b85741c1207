import { censor, censored, uncensor } from '../../src/gateways/censoring.js';
import { isSecretName } from '../../src/gateways/secretNames.js';

it.each(['PASSWORD', 'password', 'api_secret', 'X-Api-Secret', 'X-Api-Key', 'apikey', 'apiKey', 'access-token', 'Authorization', 'X-Auth', 'pwd', 'key', 'Cookie', 'pass', 'pin', 'SIM_PIN'])('%s is secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});
it.each(['URL', 'USERNAME', 'SMS_TEXT_KEY', 'SMS_PHONENUMBER_KEY', 'text', 'to', 'from', 'X-Plain', 'plain', 'AUTH_TYPE', 'author', 'monkey', 'account', 'compass', 'spin', 'pinned'])('%s is not', (name) => {
  expect(isSecretName(name)).toBe(false);
});

const definition = {
  options: {
    URL: 'http://me:p%40ss@sms.example/send?user=me&api_key=k1#x', USERNAME: 'me', PASSWORD: 'hush', api_secret: 's', plain: 'open', empty_secret: '',
    PARAMETER: { from: '0170', password: 'yoursecret', n: 5, tokens: ['t1', 't2'] }, PROXY: 'http://user:pass@proxy:3128', SMS_TEXT_KEY: 'text', marked: 'm',
  },
  headers: { 'X-Api-Secret': 'abc', 'X-Plain': 'def', 'X-Marked': 'm' },
  secrets: { options: ['marked'], headers: ['X-Marked'] },
};

it('covers what is secret, at any depth, and nothing else', () => {
  expect(censor(definition)).toEqual({
    options: {
      URL: 'http://me:__CENSORED__@sms.example/send?user=me&api_key=__CENSORED__#x', USERNAME: 'me', PASSWORD: censored, api_secret: censored, plain: 'open', empty_secret: '',
      PARAMETER: { from: '0170', password: censored, n: 5, tokens: [censored, censored] }, PROXY: 'http://user:__CENSORED__@proxy:3128', SMS_TEXT_KEY: 'text', marked: censored,
    },
    headers: { 'X-Api-Secret': censored, 'X-Plain': 'def', 'X-Marked': censored },
    secretOptions: ['PASSWORD', 'api_secret', 'empty_secret', 'marked'],
    secretHeaders: ['X-Api-Secret', 'X-Marked'],
  });
});

it('gives back what was stored when the literal is posted', () => {
  const { options, headers } = censor(definition);
  expect(uncensor({ options, headers }, definition)).toEqual({ options: definition.options, headers: definition.headers });
});

it('takes what else is posted, and takes out a literal that stands for nothing', () => {
  const posted = { options: { PASSWORD: censored, URL: 'http://me:__CENSORED__@sms.example/b', api_secret: 'new', other_secret: censored, PARAMETER: { password: censored } }, headers: { 'X-Nothing': censored } };
  expect(uncensor(posted, definition)).toEqual({
    options: { PASSWORD: 'hush', URL: 'http://me:p%40ss@sms.example/b', api_secret: 'new', PARAMETER: { password: 'yoursecret' } }, headers: {},
  });
  expect(uncensor(posted, undefined).options).toEqual({ URL: posted.options.URL, api_secret: 'new', PARAMETER: {} });
});

it('takes no password of a URL to another host', () => {
  const posted = { options: { URL: 'http://me:__CENSORED__@evil.example/' } };
  expect(uncensor(posted, definition).options).toEqual(posted.options);
});

it('covers the password of a SOCKS proxy', () => {
  const options = { proxy: { https: 'socks5h://me:secret@proxy.example:1080' } };
  const shown = censor({ kind: 'http', options }).options;
  expect(shown).toEqual({ proxy: { https: 'socks5h://me:__CENSORED__@proxy.example:1080' } });
  expect(uncensor({ kind: 'http', options: shown }, { options }).options).toEqual(options);
});

describe('XML', () => {
  const xml = '<sms password="p1" user="u"><auth:password>p2</auth:password><token>{reference}</token><text>{text}</text><apiKey id="1">k"3</apiKey><password/></sms>';

  it('shows elements and attributes, but for those that are secret by their name', () => {
    expect(censor({ kind: 'http', options: { xml } }).options).toEqual({
      xml: '<sms password="__CENSORED__" user="u"><auth:password>__CENSORED__</auth:password><token>{reference}</token><text>{text}</text><apiKey id="1">__CENSORED__</apiKey><password/></sms>',
    });
  });

  it('keeps what is stored when it is posted back, and takes what is new', () => {
    const shown = (censor({ kind: 'http', options: { xml } }).options as { xml: string }).xml;
    const back = uncensor({ kind: 'http', options: { xml: shown.replace('user="u"', 'user="v"').replace('<apiKey id="1">__CENSORED__', '<apiKey id="2">new') } }, { options: { xml } });
    expect(back.options).toEqual({ xml: xml.replace('user="u"', 'user="v"').replace('<apiKey id="1">k"3', '<apiKey id="2">new') });
  });
});
