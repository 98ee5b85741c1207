import type { Receipt } from '../gateway.js';
import { optionalText, tags, type ShortMessage } from './bodies.js';

/** What a deliver_sm tells of a message of ours. */
export interface DeliveryReport extends Pick<Receipt, 'state'> {
  /** As the SMSC wrote it. */
  readonly id: string;
  readonly detail: string;
}

/** Words of the text form (appendix B) and numbers of the optional parameter (section 5.2.28), which mean the same. */
const states: readonly (readonly [number, string, Receipt['state']])[] = [
  [1, 'ENROUTE', 'pending'], [2, 'DELIVRD', 'delivered'], [3, 'EXPIRED', 'undelivered'], [4, 'DELETED', 'undelivered'], [5, 'UNDELIV', 'undelivered'],
  [6, 'ACCEPTD', 'pending'], [7, 'UNKNOWN', 'pending'], [8, 'REJECTD', 'undelivered'],
];

/** Bits 2 to 5 of esm_class: a receipt, or a notification on the way (section 5.2.12). */
const kind = 0b111100;
const isReport = (esmClass: number): boolean => (esmClass & kind) === 0b000100 || (esmClass & kind) === 0b100000;

/**
 * Reads a receipt: the optional parameters where they are there, else the text. Only what the SMSC itself marks as a receipt is one, for
 * anybody can write a message that reads like it.
 * @returns undefined for a message that came from a telephone, and for a receipt that says nothing
 */
export const readReport = ({ esmClass, message, optional }: ShortMessage): DeliveryReport | undefined => {
  const receipted = optional.get(tags.receiptedMessageId);
  if (!isReport(esmClass)) return undefined;
  const payload = message.length > 0 ? message : (optional.get(tags.messagePayload) ?? message);
  // what follows is the beginning of the message, and may say anything
  const text = payload.subarray(0, 1_000).toString('latin1').split(/\btext:/i, 1)[0]!;
  const field = (name: string): string | undefined => new RegExp(`(?:^|\\s)${name}:\\s*([^\\s:]+)(?=\\s|$)`, 'i').exec(text)?.[1];
  const id = receipted ? optionalText(receipted) : field('id');
  const number = optional.get(tags.messageState)?.[0];
  const word = field('stat')?.toUpperCase();
  const state = states.find(([code, name]) => (number === undefined ? name === word : code === number));
  if (!id || !state) return undefined;
  const error = field('err');
  // 000 is no error
  const cause = error !== undefined && /^[0-9A-F]{1,5}$/i.test(error) && !/^0+$/.test(error) ? ` (error ${error})` : '';
  return { id, state: state[2], detail: `${state[1]}${cause}` };
};
