import { z } from 'zod';
import { checked, problemOf } from '../checked.js';
import { numberRule } from '../number.js';
import { parseTemplate, uses } from '../template.js';
import { checkLogin, mailbox, security, serverFields } from './serverOptions.js';

const template = checked(z.string().max(10_000), (source) => {
  const parsed = parseTemplate(source);
  if ('problem' in parsed) return problemOf(parsed);
  return uses(parsed, 'receiptUrl') ? '{receiptUrl} has no place here: nobody who gets an e-mail sends receipts' : undefined;
});

/** What only a server of the gateway's own is described by. */
const ownServer = ['port', 'security', 'username', 'password', 'plainLogin', 'loginOptional', 'tls'] as const;

/** Options of the SMTP gateway: a mail server that is defined by name, or one of its own, and how a message is written into an e-mail. */
export const smtpOptions = z
  .strictObject({
    server: z.string().min(1).max(80).optional(),
    ...serverFields,
    host: serverFields.host.optional(),
    security: security.optional(),
    from: mailbox.optional(),
    to: template,
    subject: template.default(''),
    text: template.default('{text}'),
    number: numberRule.optional(),
  })
  .superRefine((options, context) => {
    const fault = (key: string, message: string): void => context.addIssue({ code: 'custom', path: [key], message });
    const { server, host, from } = options;
    if (server === undefined) {
      if (host === undefined) fault('host', 'is missing; a host or the name of a defined mail server must be given');
      if (host !== undefined && from === undefined) fault('from', 'is missing');
      checkLogin(options, context);
      return;
    }
    if (host !== undefined) fault('host', 'cannot go together with server, which has a host');
    for (const key of ownServer) if (options[key] !== undefined && options[key] !== false) fault(key, 'belongs to the mail server that is named by server');
  });

export type SmtpOptions = z.output<typeof smtpOptions>;
