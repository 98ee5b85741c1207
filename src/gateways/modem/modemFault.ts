import type { SendOutcome } from '../gateway.js';

/** How a modem says no: `+CMS ERROR`, `+CME ERROR`, or `ERROR` without a number. */
export interface ModemFault {
  readonly from: 'cms' | 'cme' | 'plain';
  readonly code?: number;
}

/** @returns undefined for a line that is no fault */
export const readFault = (line: string): ModemFault | undefined => {
  const [, from, code] = /^\+(CM[SE]) ERROR: *(\d+)?/.exec(line) ?? [];
  if (from) return { from: from === 'CMS' ? 'cms' : 'cme', ...(code === undefined ? {} : { code: Number(code) }) };
  return /^(ERROR|COMMAND NOT SUPPORT|NO CARRIER)$/.test(line) ? { from: 'plain' } : undefined;
};

/** What a fault means for the message, in words, and what may help: an empty memory, or a modem that is set up anew. */
export interface Meaning {
  readonly kind: SendOutcome['kind'];
  readonly reason: string;
  readonly remedy?: 'purge' | 'set up again';
}

type Row = readonly [codes: string, kind: SendOutcome['kind'], reason: string, remedy?: Meaning['remedy']];

/** 3GPP TS 27.005, 3.2.5; below 128 by TS 24.011, from 128 to 255 by TS 23.040, 9.2.3.22. */
const cms: readonly Row[] = [
  ['1', 'rejected', 'the number is not assigned'],
  ['8', 'rejected', 'the operator has barred SMS for this SIM card'],
  ['10', 'rejected', 'the network has barred SMS for this SIM card'],
  ['17', 'unavailable', 'the network failed'],
  ['21', 'rejected', 'the network rejected the SMS'],
  ['22', 'unavailable', 'the network is congested'],
  ['27', 'rejected', 'the destination is out of service'],
  ['28', 'rejected', 'the subscriber is not identified'],
  ['29', 'rejected', 'the network rejected the facility'],
  ['30', 'rejected', 'the subscriber is unknown'],
  ['38', 'unavailable', 'the network is out of order'],
  ['41', 'unavailable', 'the network has a temporary failure'],
  ['42', 'unavailable', 'the network is congested'],
  ['47', 'unavailable', 'the network has no resources'],
  ['50', 'rejected', 'SMS is not part of the contract of the SIM card'],
  ['69', 'rejected', 'the network does not offer SMS'],
  ['81 95-99 111', 'rejected', 'the network did not understand the SMS'],
  ['128-159', 'rejected', 'the service centre does not take this kind of SMS'],
  ['160-175', 'rejected', 'the service centre does not take this encoding'],
  ['176-191', 'rejected', 'the service centre did not understand the SMS'],
  ['192', 'unavailable', 'the service centre is busy'],
  ['193', 'rejected', 'the SIM card has no contract with the service centre'],
  ['194', 'unavailable', 'the service centre failed'],
  ['195', 'rejected', 'the service centre does not know the number'],
  ['196', 'rejected', 'the number is barred'],
  ['197', 'sent', 'the service centre has the SMS already'],
  ['198 199', 'rejected', 'the service centre does not take a validity'],
  ['208 211 322', 'unavailable', 'the memory of the modem is full', 'purge'],
  ['212', 'unavailable', 'the SIM card is busy'],
  ['300 301', 'unavailable', 'the modem failed', 'set up again'],
  ['302', 'rejected', 'the modem does not allow this'],
  ['303', 'rejected', 'the modem cannot do this'],
  ['304 305', 'rejected', 'the modem did not understand the SMS'],
  ['310', 'unavailable', 'there is no SIM card in the modem'],
  ['311 312 317', 'unavailable', 'the SIM card wants its PIN', 'set up again'],
  ['313', 'unavailable', 'the SIM card failed', 'set up again'],
  ['314', 'unavailable', 'the SIM card is busy', 'set up again'],
  ['315', 'unavailable', 'it is the wrong SIM card', 'set up again'],
  ['316 318', 'unavailable', 'the SIM card is locked and wants its PUK', 'set up again'],
  ['320 321', 'unavailable', 'the memory of the modem failed', 'set up again'],
  ['330', 'unavailable', 'the number of the service centre is not known: give it as the option smsc'],
  ['331', 'unavailable', 'there is no network'],
  ['332', 'unknown', 'the network did not answer in time'],
  ['500', 'unknown', 'the modem met a fault that it does not know', 'set up again'],
];

/** 3GPP TS 27.007, 9.2. */
const cme: readonly Row[] = [
  ['3', 'rejected', 'the modem does not allow this'],
  ['4', 'rejected', 'the modem cannot do this'],
  ['10', 'unavailable', 'there is no SIM card in the modem'],
  ['5 11 17', 'unavailable', 'the SIM card wants its PIN', 'set up again'],
  ['12 18', 'unavailable', 'the SIM card is locked and wants its PUK', 'set up again'],
  ['13', 'unavailable', 'the SIM card failed', 'set up again'],
  ['14 515', 'unavailable', 'the SIM card is busy', 'set up again'],
  ['15', 'unavailable', 'it is the wrong SIM card', 'set up again'],
  ['16', 'unavailable', 'the PIN is wrong', 'set up again'],
  ['20', 'unavailable', 'the memory of the modem is full', 'purge'],
  ['30', 'unavailable', 'there is no network'],
  ['31', 'unknown', 'the network did not answer in time'],
  ['32', 'unavailable', 'the network takes emergency calls only'],
];

const covers = (codes: string, code: number): boolean => codes.split(' ').some((range) => {
  const [from, to = from] = range.split('-').map(Number);
  return code >= from! && code <= to!;
});

/**
 * What a fault means.
 * @param handedOver whether the modem had the SMS already: before that, nothing can have been sent
 */
export const meaningOf = ({ from, code }: ModemFault, handedOver: boolean): Meaning => {
  const name = `+${from.toUpperCase()} ERROR${code === undefined ? '' : ` ${code}`}`;
  if (from === 'plain') return { kind: 'rejected', reason: 'the modem answered ERROR' };
  const row = code === undefined ? undefined : (from === 'cms' ? cms : cme).find(([codes]) => covers(codes, code));
  const [, kind, words, remedy] = row ?? ['', 'unknown', 'the modem met a fault of its own kind'] as const;
  return { kind: kind === 'unknown' && !handedOver ? 'unavailable' : kind, reason: `${words} (${name})`, ...(remedy ? { remedy } : {}) };
};
