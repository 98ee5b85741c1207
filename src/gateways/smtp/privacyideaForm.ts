import type { Definition, OldForm, Reading } from '../definition.js';
import { literally } from '../template.js';
import { given, keyReader, readRegexp } from '../written.js';
import { hostAndPort } from './linotpForm.js';

const known = ['MAILTO', 'SUBJECT', 'BODY', 'SMTPIDENTIFIER', 'IDENTIFIER', 'REGEXP', 'MAILSERVER', 'MAILSENDER', 'MAILUSER', 'MAILPASSWORD'];

/**
 * privacyIDEA's gateway definitions with the SMTP provider, which name a mail server, and the older configurations, which describe one
 * or call its name IDENTIFIER.
 */
export const privacyideaForm: OldForm = {
  modules: ['privacyidea.lib.smsprovider.SmtpSMSProvider.SmtpSMSProvider'],
  read: ({ options }) => read(options),
};

const read = (options: Definition['options']): Reading => {
  const { faults, fault, text } = keyReader(options);

  const regexp = text('REGEXP');
  const replace = regexp === undefined ? undefined : readRegexp(regexp);
  if (replace === null) fault('REGEXP', 'must be /search/replacement/');
  const serverKey = given(options['SMTPIDENTIFIER']) || !given(options['IDENTIFIER']) ? 'SMTPIDENTIFIER' : 'IDENTIFIER';
  const server = text(serverKey);
  const to = text('MAILTO');
  const older = given(options['MAILSERVER']) || given(options['IDENTIFIER']);
  const template = (written: string): string => inOurWords(written, older);
  return {
    options: {
      ...(server === undefined ? ownServer(text) : { server }),
      ...(to === undefined ? {} : { to: template(to) }),
      subject: template(text('SUBJECT') ?? '{phone}'),
      text: template(text('BODY') ?? '{otp}'),
      ...(replace ? { number: { replace } } : {}),
    },
    keys: {
      server: serverKey, host: given(options['MAILSERVER']) ? 'MAILSERVER' : 'SMTPIDENTIFIER', port: 'MAILSERVER', from: 'MAILSENDER', username: 'MAILUSER', password: 'MAILPASSWORD',
      to: 'MAILTO', subject: 'SUBJECT', text: 'BODY', number: 'REGEXP',
    },
    faults,
    ignored: Object.keys(options).filter((key) => !known.includes(key)),
  };
};

/** Port 25 and no TLS: these configurations know nothing else. */
const ownServer = (text: (key: string) => string | undefined): Readonly<Record<string, unknown>> => {
  const [host, port] = hostAndPort(text('MAILSERVER'));
  if (host === undefined) return {};
  const [from, username, password] = [text('MAILSENDER'), text('MAILUSER'), text('MAILPASSWORD')];
  return {
    host, security: 'none', plainLogin: true,
    ...(port === undefined ? {} : { port }),
    ...(from === undefined ? {} : { from }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
};

/** `{otp}` is the whole text here; the older configurations write `<otp>` and `<phone>`. */
const inOurWords = (template: string, older: boolean): string =>
  template.split(older ? /(\{otp\}|\{phone\}|<otp>|<phone>)/ : /(\{otp\}|\{phone\})/)
    .map((part, index) => (index % 2 === 0 ? literally(part) : /otp/.test(part) ? '{text}' : '{phone}')).join('');
