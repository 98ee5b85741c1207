import type { SendOutcome } from '../gateway.js';

/** What an SMSC may answer (section 5.1.3), as far as it is worth a word. */
const words: Readonly<Record<number, string>> = {
  0x01: 'message length', 0x02: 'command length', 0x03: 'command', 0x04: 'not bound', 0x05: 'already bound', 0x08: 'system error', 0x0a: 'source address', 0x0b: 'destination address',
  0x0c: 'message id', 0x0d: 'bind failed', 0x0e: 'password', 0x0f: 'system id', 0x11: 'cancel failed', 0x13: 'replace failed', 0x14: 'queue full', 0x15: 'service type',
  0x43: 'esm_class', 0x45: 'submit failed', 0x48: 'type of source address', 0x49: 'numbering plan of source address', 0x50: 'type of destination address',
  0x51: 'numbering plan of destination address', 0x53: 'system type', 0x58: 'throttled', 0x61: 'scheduled delivery', 0x62: 'validity period', 0x64: 'temporary error', 0x65: 'permanent error',
  0x66: 'rejected', 0xc0: 'optional parameters', 0xc1: 'optional parameter not allowed', 0xc2: 'length of a parameter', 0xc3: 'optional parameter missing', 0xc4: 'value of an optional parameter',
  0xfe: 'delivery failed', 0xff: 'unknown error',
};

export const statuses = { ok: 0, badLength: 0x02, badCommand: 0x03, queueFull: 0x14, throttled: 0x58, temporary: 0x64 } as const;

/** The SMSC cannot serve now, or not whoever we are; it says nothing against the message. */
const unable: readonly number[] = [0x04, 0x05, 0x08, 0x0d, 0x0e, 0x0f, 0x14, 0x58, 0x64];

/** Whether the SMSC asks for less. */
export const isThrottling = (status: number): boolean => status === statuses.throttled || status === statuses.queueFull;

/** As `throttled (0x58)`. */
export const inWords = (status: number): string => {
  const code = `0x${status.toString(16).padStart(2, '0').toUpperCase()}`;
  return words[status] === undefined ? `status ${code}` : `${words[status]} (${code})`;
};

/** What a submit_sm comes to that was answered with anything but success. */
export const outcomeOf = (status: number): Exclude<SendOutcome, { kind: 'sent' }> =>
  unable.includes(status)
    ? { kind: 'unavailable', reason: `the SMSC does not serve now: ${inWords(status)}` }
    : { kind: 'rejected', reason: `the SMSC refused the message: ${inWords(status)}` };
