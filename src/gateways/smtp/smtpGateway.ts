import type { Gateway, GatewayKind, Message, SendOutcome } from '../gateway.js';
import { numberWriter } from '../number.js';
import { checkedTemplate, render, uses, valuesOf } from '../template.js';
import { readAddress } from './address.js';
import { writeLetter } from './letter.js';
import { linotpForm } from './linotpForm.js';
import type { MailServers, NamedDraft } from './mailServers.js';
import { openPool } from './pool.js';
import { privacyideaForm } from './privacyideaForm.js';
import type { ServerOptions } from './serverOptions.js';
import { smtpOptions, type SmtpOptions } from './smtpOptions.js';

/**
 * A gateway that makes an e-mail of each message, for providers that make an SMS of it.
 * @param servers the mail servers that are defined by name
 */
export const smtpGateway = (servers: Pick<MailServers, 'sendThrough'>): GatewayKind<SmtpOptions> => ({
  kind: 'smtp',
  description: 'Sends an e-mail to a provider that makes an SMS of it',
  schema: smtpOptions,
  forms: [linotpForm, privacyideaForm],
  timeout: ({ timeout }) => timeout * 1_000,
  concurrency: ({ connections }) => connections,
  open: (_, options) => {
    const write = draftWriter(options);
    const way = wayOut(options, servers);
    return {
      send: async (message) => {
        const draft = write(message);
        return 'problem' in draft ? { kind: 'rejected', reason: draft.problem } : way.send(draft, [message.to, message.text.reveal()]);
      },
      close: () => way.close(),
    };
  },
});

interface WayOut extends Pick<Gateway, 'close'> {
  send(draft: NamedDraft, hidden: readonly string[]): Promise<SendOutcome>;
}

const wayOut = (options: SmtpOptions, servers: Pick<MailServers, 'sendThrough'>): WayOut => {
  const { server, host, from, timeout } = options;
  if (server !== undefined) {
    return { send: (draft, hidden) => servers.sendThrough(server, draft, hidden, timeout * 1_000), close: async () => undefined };
  }
  if (host === undefined || from === undefined) throw new Error('options were not checked: no server');
  const own: ServerOptions = { ...options, host, from, security: options.security ?? 'starttls' };
  const pool = openPool(own);
  return {
    send: (draft, hidden) => pool.send(() => writeLetter({ ...draft, from }, new Date()), [...hidden, draft.subject, draft.body]),
    close: () => pool.close(),
  };
};

/** Makes the function that writes a message as an e-mail, or says why it cannot be written; then nothing was sent. */
const draftWriter = (options: SmtpOptions): ((message: Message) => NamedDraft | { readonly problem: string }) => {
  const to = checkedTemplate(options.to);
  const subject = checkedTemplate(options.subject);
  const text = checkedTemplate(options.text);
  const number = numberWriter(options.number);
  const carriesText = [to, subject, text].some((part) => uses(part, 'text') || uses(part, 'ucs2Hex'));
  return (message) => {
    if (!carriesText) return { problem: 'neither to, subject nor text carries the text of the message' };
    const phone = number(message.to);
    if (typeof phone !== 'string') return phone;
    const values = valuesOf(message, phone, { now: new Date() });
    const address = readAddress(render(to, values));
    if (address === undefined) {
      return { problem: 'no e-mail address comes of to with this number: blanks and brackets cannot stand in one; number.digitsOnly takes them out of numbers' };
    }
    return { to: address, subject: render(subject, values), body: render(text, values), reference: message.reference, ...(options.from ? { from: options.from } : {}) };
  };
};
