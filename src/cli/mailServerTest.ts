import { command, exitCodes, Misuse } from './command.js';
import { printable } from './audit/printable.js';
import { serviceDetails, withService } from './remote/service.js';

/** The answer of POST /v1/mail-servers/{name}/test. */
interface Tested {
  readonly outcome: 'sent' | 'rejected' | 'unavailable' | 'unknown';
  readonly reason?: string;
  readonly messageId?: string;
}

export const mailServerTest = command({
  description: 'Sends a real e-mail through one mail server of the running service, and says how it answered.',
  options: {
    name: { type: 'string', value: 'NAME', meaning: 'name of the mail server' },
    to: { type: 'string', value: 'ADDRESS', meaning: 'address that the e-mail goes to' },
    json: { type: 'boolean', meaning: 'print JSON' },
  },
  details: `${serviceDetails}
Exit code 0 only when the mail server took the e-mail.`,
  run: ({ name, to, json }, terminal) => {
    if (name === undefined) throw new Misuse('--name is missing: which mail server?');
    if (to === undefined) throw new Misuse('--to is missing: which address?');
    return withService(terminal, async (service) => {
      const tested = await service.call<Tested>('POST', `/mail-servers/${encodeURIComponent(name)}/test`, { to });
      await terminal.out(json ? `${JSON.stringify(tested, undefined, 2)}\n` : `${printable(`${name} ${inWords(tested)}`)}\n`);
      return tested.outcome === 'sent' ? exitCodes.done : exitCodes.failed;
    });
  },
});

const inWords = ({ outcome, reason = '', messageId = '' }: Tested): string => ({
  sent: `took the e-mail, Message-ID ${messageId}`,
  rejected: `said no: ${reason}`,
  unavailable: `did not take it now, nothing was sent: ${reason}`,
  unknown: `may have the e-mail: ${reason}`,
})[outcome];
