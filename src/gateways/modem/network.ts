import type { Dialogue } from './dialogue.js';

export interface Registration {
  readonly registered: boolean;
  readonly searching: boolean;
  readonly words: string;
}

/** The second number of `+CREG: <n>,<stat>` (3GPP TS 27.007, 7.2); a line with one number alone is the modem speaking by itself. */
const registrations: Readonly<Record<number, Registration>> = {
  0: { registered: false, searching: false, words: 'not registered' },
  1: { registered: true, searching: false, words: 'registered' },
  2: { registered: false, searching: true, words: 'searching for a network' },
  3: { registered: false, searching: false, words: 'registration denied' },
  5: { registered: true, searching: false, words: 'registered, roaming' },
  6: { registered: true, searching: false, words: 'registered for SMS only' },
  7: { registered: true, searching: false, words: 'registered for SMS only, roaming' },
  8: { registered: false, searching: false, words: 'emergency calls only' },
  9: { registered: true, searching: false, words: 'registered' },
  10: { registered: true, searching: false, words: 'registered, roaming' },
};
const notKnown: Registration = { registered: false, searching: false, words: 'not known' };

const registrationBy = async (dialogue: Dialogue, command: 'CREG' | 'CEREG', timeout: number): Promise<Registration | 'lost' | undefined> => {
  const answer = await dialogue.ask(`AT+${command}?`, { timeout, answer: new RegExp(`^\\+${command}: *\\d+ *, *\\d`), certain: true });
  if (answer.kind === 'ok') return registrations[Number(/, *(\d+)/.exec(answer.lines[0]!)![1])] ?? notKnown;
  return answer.kind === 'fault' ? undefined : 'lost';
};

/**
 * How the modem stands with the network. Where the older network does not know it, the newer one (LTE) may.
 * @returns `lost` when the modem does not answer
 */
export const registration = async (dialogue: Dialogue, timeout: number): Promise<Registration | 'lost'> => {
  const first = await registrationBy(dialogue, 'CREG', timeout);
  if (first === 'lost' || first?.registered) return first;
  const second = await registrationBy(dialogue, 'CEREG', timeout);
  return second === 'lost' || second?.registered ? second : (first ?? second ?? notKnown);
};

/** Signal in dBm (3GPP TS 27.007, 8.5); undefined where the modem cannot say. */
export const signal = async (dialogue: Dialogue, timeout: number): Promise<number | undefined> => {
  const answer = await dialogue.ask('AT+CSQ', { timeout, answer: /^\+CSQ: *\d+/, certain: true });
  const strength = answer.kind === 'ok' ? Number(/\d+/.exec(answer.lines[0]!)![0]) : NaN;
  return strength <= 31 ? 2 * strength - 113 : undefined;
};

/** Name of the network (3GPP TS 27.007, 7.3). */
export const operator = async (dialogue: Dialogue, timeout: number): Promise<string | undefined> => {
  const answer = await dialogue.ask('AT+COPS?', { timeout, answer: /^\+COPS:/ });
  return answer.kind === 'ok' ? /"([^"]+)"/.exec(answer.lines[0] ?? '')?.[1] : undefined;
};

/** Whether the SIM card names a service centre (3GPP TS 27.005, 3.3.1). */
export const hasServiceCentre = async (dialogue: Dialogue, timeout: number): Promise<boolean> => {
  const answer = await dialogue.ask('AT+CSCA?', { timeout, answer: /^\+CSCA:/ });
  return answer.kind === 'ok' && /"\+?\d+"/.test(answer.lines[0] ?? '');
};
