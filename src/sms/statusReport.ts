import { decodeAddress } from './address.js';

/** What the network tells of a message that it took (3GPP TS 23.040, 9.2.2.3). */
export interface StatusReport {
  /** TP-MR: the number that the modem gave the message when it was sent, 0 to 255. */
  readonly messageNumber: number;
  readonly to: string;
  readonly state: 'delivered' | 'undelivered' | 'pending';
  /** TP-ST (9.2.3.15) and what it means. */
  readonly detail: string;
}

const messageType = 0x02;
/** Octets of the two times, that of the message and that of its end, before TP-ST. */
const times = 14;

/**
 * Reads an SMS-STATUS-REPORT as a modem gives it, the service centre first.
 * @returns undefined for anything else
 */
export const decodeStatusReport = (hex: string): StatusReport | undefined => {
  const all = Buffer.from(hex, 'hex');
  const report = all.subarray(1 + (all[0] ?? 0));
  const [first = 0, messageNumber = 0, digits = 0, type = 0] = report;
  const numberEnd = 4 + Math.ceil(digits / 2);
  const status = report[numberEnd + times];
  if (status === undefined || (first & 0x03) !== messageType) return undefined;
  return { messageNumber, to: decodeAddress({ digits, type, octets: report.subarray(4, numberEnd) }), state: stateOf(status), detail: `status ${status}${meaning(status)}` };
};

/** The last of its values for "done" say that the message was handed on or replaced, which is not that it was delivered. */
const stateOf = (status: number): StatusReport['state'] => {
  if (status === 0x01 || status > 0x7f || (status >= 0x20 && status < 0x40)) return 'pending';
  return status === 0x02 || status >= 0x40 ? 'undelivered' : 'delivered';
};

const meanings: Readonly<Record<number, string>> = {
  0x00: 'received by the phone', 0x01: 'handed on, delivery cannot be confirmed', 0x02: 'replaced by the service centre',
  0x20: 'congestion', 0x21: 'phone busy', 0x22: 'no response from the phone', 0x23: 'service rejected', 0x24: 'quality of service not available', 0x25: 'error in the phone',
  0x40: 'remote procedure error', 0x41: 'incompatible destination', 0x42: 'connection rejected by the phone', 0x43: 'not obtainable', 0x44: 'quality of service not available',
  0x45: 'no interworking available', 0x46: 'validity period expired', 0x47: 'deleted by the sender', 0x48: 'deleted by the service centre', 0x49: 'the message does not exist',
};

/** From 0x60 on the meanings of 0x20 on come again: the network has given up. */
const meaning = (status: number): string => {
  const known = meanings[status] ?? meanings[status >= 0x60 && status < 0x80 ? status - 0x40 : -1];
  return known === undefined ? '' : `, ${known}`;
};
