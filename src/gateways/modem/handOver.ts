import type { Pdu } from '../../sms/submit.js';
import type { Answer, Dialogue } from './dialogue.js';
import { meaningOf, type Meaning } from './modemFault.js';
import type { Times } from './times.js';

/** What became of one SMS. `messageNumber` is the modem's, 0 to 255, by which a status report speaks of it. */
export type HandedOver = Meaning & {
  readonly messageNumber?: number;
  /** The modem did not come to an end; what it says next may belong to this. */
  readonly unfinished?: true;
};

const notSent = (reason: string): HandedOver => ({ kind: 'unavailable', reason, unfinished: true });

/**
 * Gives one SMS to the modem (3GPP TS 27.005, 3.5.1 and 4.3). Up to the prompt nothing was sent; after the SMS was handed over, only the
 * modem's answer tells.
 * @param remaining milliseconds that are left
 */
export const handOver = async (dialogue: Dialogue, { hex, length }: Pdu, remaining: () => number, times: Times): Promise<HandedOver> => {
  const ready = await dialogue.ask(`AT+CMGS=${length}`, { timeout: Math.min(times.prompt, remaining()), prompt: true });
  if (ready.kind === 'fault') return meaningOf(ready.fault, false);
  if (ready.kind === 'gone') return notSent('the modem was lost before it took the SMS');
  if (ready.kind !== 'prompt' || remaining() <= 0) {
    dialogue.abort();
    return notSent('the modem did not ask for the SMS in time');
  }
  const answer = await dialogue.write(`${hex}\x1a`, { timeout: remaining(), answer: /^\+CMGS:/ });
  if (answer.kind === 'fault') return meaningOf(answer.fault, true);
  const messageNumber = numberIn(answer);
  const unfinished = answer.kind === 'ok' ? {} : { unfinished: true } as const;
  // a modem that has counted the SMS has sent it, also when it never says OK
  if (messageNumber !== undefined) return { kind: 'sent', reason: '', messageNumber, ...unfinished };
  if (answer.kind === 'ok') return { kind: 'sent', reason: '' };
  return { kind: 'unknown', reason: answer.kind === 'gone' ? 'the modem was lost while it had the SMS' : 'the modem had the SMS and did not answer in time', ...unfinished };
};

const numberIn = (answer: Answer): number | undefined => {
  const line = 'lines' in answer ? answer.lines[0] : undefined;
  const number = line === undefined ? NaN : Number(/\d+/.exec(line)?.[0]);
  return number >= 0 && number <= 255 ? number : undefined;
};
