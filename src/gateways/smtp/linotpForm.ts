import type { Definition, OldForm, Reading } from '../definition.js';
import { literally } from '../template.js';
import { keyReader, yesOrNo } from '../written.js';

const known = [
  'mailserver', 'mailserver_port', 'mailsender', 'mailto', 'subject', 'body', 'mailuser', 'mailpassword', 'start_tls', 'keyfile', 'certfile', 'use_ssl', 'TIMEOUT',
  'MSISDN', 'SUPPRESS_PREFIX', 'SERVER_CERTIFICATE', 'raise_exception',
];

/** LinOTP's `SMSProviderConfig` of an SmtpSMSProvider. */
export const linotpForm: OldForm = {
  modules: ['SmtpSMSProvider', 'smsprovider.SmtpSMSProvider', 'smsprovider.SmtpSMSProvider.SmtpSMSProvider', 'linotp.provider.smsprovider.SmtpSMSProvider'],
  read: ({ options }) => read(options),
};

const read = (config: Definition['options']): Reading => {
  const { faults, fault, text, flag } = keyReader(config);
  const number = (key: string): number | undefined => {
    const value = text(key);
    if (value !== undefined && !/^\d+(\.\d+)?$/.test(value)) fault(key, 'must be a number');
    return value === undefined ? undefined : Number(value);
  };

  const [host, portBeside] = hostAndPort(text('mailserver'));
  const port = number('mailserver_port') ?? portBeside;
  const [startTls, ssl] = [flag('start_tls') ?? false, flag('use_ssl') ?? false];
  if (startTls && ssl) fault('start_tls', 'cannot go together with use_ssl, which is TLS from the first byte');
  const security = ssl ? 'tls' : startTls ? 'starttls' : 'none';
  const certificate = text('SERVER_CERTIFICATE');
  const verify = yesOrNo(certificate);
  const [username, password] = [text('mailuser'), text('mailpassword')];
  const [from, to] = [text('mailsender'), text('mailto')];
  const [own, key] = [text('certfile'), text('keyfile')];
  const prefix = text('SUPPRESS_PREFIX');
  return {
    options: {
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      security,
      // without TLS these configurations send the password as it is, and a server that wants none is used without one
      plainLogin: security === 'none',
      loginOptional: true,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to: inOurWords(to) }),
      subject: inOurWords(text('subject') ?? '[LinOTP]'),
      text: inOurWords(text('body') ?? '<otp>'),
      number: { digitsOnly: flag('MSISDN') ?? false, ...(prefix === undefined ? {} : { removePrefix: prefix }) },
      timeout: number('TIMEOUT') ?? 5,
      tls: {
        ...(verify === undefined ? (certificate === undefined ? {} : { ca: certificate }) : { verify }),
        ...(own === undefined ? {} : { certificate: own }),
        ...(key === undefined ? {} : { key }),
      },
    },
    keys: {
      host: 'mailserver', port: 'mailserver_port' in config ? 'mailserver_port' : 'mailserver', username: 'mailuser', password: 'mailpassword', from: 'mailsender', to: 'mailto',
      subject: 'subject', text: 'body', number: 'SUPPRESS_PREFIX', timeout: 'TIMEOUT', 'tls.ca': 'SERVER_CERTIFICATE', 'tls.certificate': 'certfile', 'tls.key': 'keyfile', 'tls.passphrase': 'keyfile',
    },
    faults,
    ignored: Object.keys(config).filter((each) => !known.includes(each)),
  };
};

/** `host` or `host:port`; an IPv6 address with a port stands in brackets. */
export const hostAndPort = (server: string | undefined): readonly [host: string | undefined, port: number | undefined] => {
  const [, bracketed, named, port] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(server ?? '') ?? [];
  return port === undefined ? [server?.replace(/^\[(.*)\]$/, '$1'), undefined] : [bracketed ?? named, Number(port)];
};

/** `<otp>` is the whole text, `<phone>` the number; nothing else means anything. */
const inOurWords = (template: string): string =>
  template.split(/(<otp>|<phone>)/).map((part) => (part === '<otp>' ? '{text}' : part === '<phone>' ? '{phone}' : literally(part))).join('');
