import { command, exitCodes, Misuse } from './command.js';
import { printable } from './audit/printable.js';
import { serviceDetails, withService } from './remote/service.js';

/** The answer of POST /v1/gateways/{name}/test. */
interface Tested {
  readonly outcome: 'sent' | 'rejected' | 'unavailable' | 'unknown';
  readonly reason?: string;
  readonly messageId?: string;
  readonly encoding: string;
  readonly segments: number;
  readonly milliseconds: number;
}

export const gatewayTest = command({
  description: 'Sends a real message through one gateway of the running service, and says how it answered.',
  options: {
    name: { type: 'string', value: 'NAME', meaning: 'name of the gateway' },
    to: { type: 'string', value: 'NUMBER', meaning: 'number that the message goes to' },
    text: { type: 'string', value: 'TEXT', meaning: 'text of the message (default: a fixed one)' },
    json: { type: 'boolean', meaning: 'print JSON' },
  },
  details: `${serviceDetails}
Exit code 0 only when the gateway took the message.`,
  run: ({ name, to, text, json }, terminal) => {
    if (name === undefined) throw new Misuse('--name is missing: which gateway?');
    if (to === undefined) throw new Misuse('--to is missing: which number?');
    return withService(terminal, async (service) => {
      const tested = await service.call<Tested>('POST', `/gateways/${encodeURIComponent(name)}/test`, { to, ...(text === undefined ? {} : { text }) });
      await terminal.out(json ? `${JSON.stringify(tested, undefined, 2)}\n` : inWords(name, tested));
      return tested.outcome === 'sent' ? exitCodes.done : exitCodes.failed;
    });
  },
});

const inWords = (name: string, { outcome, reason = '', messageId, encoding, segments, milliseconds }: Tested): string => {
  const said = {
    sent: `took the message${messageId === undefined ? '' : ` as ${messageId}`}`,
    rejected: `said no: ${reason}`,
    unavailable: `was not reached, nothing was sent: ${reason}`,
    unknown: `may have sent the message: ${reason}`,
  }[outcome];
  return `${printable(`${name} ${said}`)}\n${segments} SMS (${encoding.toUpperCase()}), ${milliseconds} ms\n`;
};
