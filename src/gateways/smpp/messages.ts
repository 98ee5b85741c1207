import { split, type Encoding } from '../../sms/split.js';
import { toSeptets } from '../../sms/septets.js';
import { concatenationHeader, toUcs2 } from '../../sms/userData.js';
import type { Message } from '../gateway.js';
import { tags, type Address, type ShortMessage } from './bodies.js';
import type { SmppOptions } from './options.js';

type Wishes = Pick<SmppOptions, 'serviceType' | 'source' | 'destination' | 'defaultAlphabet' | 'dataCoding' | 'longMessages' | 'receipts'>;

/** esm_class of a text with a header (section 5.2.12), data_coding of UCS-2 (section 5.2.19). */
const withHeader = 0x40;
const ucs2 = 8;

const international = { ton: 1, npi: 1 };
const plain = { ton: 0, npi: 1 };
const alphanumeric = { ton: 5, npi: 0 };

/**
 * A message as the requests that it takes, one for each SMS, in their order. The last one asks for the receipt.
 * @param to number as the rules have written it
 * @param reference 0 to 255: tells the parts of one message from those of others
 */
export const shortMessages = ({ text, validity }: Message, to: string, wishes: Wishes, reference: number): readonly ShortMessage[] | { readonly problem: string } => {
  const destination = destinationOf(to, wishes.destination);
  if (destination === undefined) return { problem: 'the number does not have 1 to 20 digits' };
  const { encoding, parts } = divided(text.reveal(), wishes);
  const common = {
    serviceType: wishes.serviceType, source: sourceOf(wishes.source), destination, esmClass: 0, validityPeriod: validityPeriod(validity),
    dataCoding: encoding === 'ucs-2' ? ucs2 : wishes.dataCoding,
  };
  const octets = parts.map((part) => octetsOf(part, encoding, wishes.defaultAlphabet));
  const total = parts.length;
  if (total > 255) return { problem: 'the text is too long' };
  const receipt = wishes.receipts ? 1 : 0;
  if (total > 1 && wishes.longMessages === 'payload') {
    return [{ ...common, registeredDelivery: receipt, message: Buffer.alloc(0), optional: new Map([[tags.messagePayload, Buffer.concat(octets)]]) }];
  }
  return octets.map((message, index) => {
    const number = index + 1;
    const request = { ...common, registeredDelivery: number === total ? receipt : 0, message, optional: new Map<number, Buffer>() };
    if (total === 1) return request;
    if (wishes.longMessages === 'udh') return { ...request, esmClass: withHeader, message: Buffer.concat([concatenationHeader({ reference, total, number }), message]) };
    return { ...request, optional: new Map([[tags.sarReference, Buffer.from([0, reference])], [tags.sarTotal, Buffer.from([total])], [tags.sarNumber, Buffer.from([number])]]) };
  });
};

/** Where the SMSC takes Latin 1, characters have to be in that and in the alphabet of SMS; a text with any other travels as UCS-2, so that none is lost. */
const divided = (text: string, { defaultAlphabet }: Wishes): { readonly encoding: Encoding; readonly parts: readonly string[] } => {
  const result = split(text);
  // eslint-disable-next-line no-control-regex -- Latin 1 begins with control characters
  return result.encoding === 'gsm-7' && defaultAlphabet === 'latin1' && !/^[\x00-\xff]*$/.test(text) ? split(text, 'ucs-2') : result;
};

const octetsOf = (text: string, encoding: Encoding, defaultAlphabet: SmppOptions['defaultAlphabet']): Buffer =>
  encoding === 'ucs-2' ? toUcs2(text) : defaultAlphabet === 'latin1' ? Buffer.from(text, 'latin1') : Buffer.from(toSeptets(text));

/** Blanks, hyphens, dots, slashes and brackets, which people write into numbers, are left out, and so is the plus, which the type says. */
const destinationOf = (to: string, { ton, npi }: Wishes['destination']): Address | undefined => {
  const [, plus, digits] = /^(\+?)(\d{1,20})$/.exec(to.replace(/[\s\-./()]/g, '')) ?? [];
  if (digits === undefined) return undefined;
  const usual = plus ? international : plain;
  return { ton: ton ?? usual.ton, npi: npi ?? usual.npi, address: digits };
};

const sourceOf = ({ address, ton, npi }: Wishes['source']): Address => {
  const isNumber = /^\+?\d*$/.test(address);
  const usual = address === '' ? { ton: 0, npi: 0 } : !isNumber ? alphanumeric : address.startsWith('+') ? international : plain;
  return { ton: ton ?? usual.ton, npi: npi ?? usual.npi, address: isNumber ? address.replace('+', '') : address };
};

/**
 * The relative form of section 7.1.1, `YYMMDDhhmmss000R`: at least a second, at most 30 days.
 * @param seconds how long the code still lives
 */
export const validityPeriod = (seconds: number): string => {
  const whole = Math.min(30 * 86_400, Math.max(1, Math.ceil(seconds)));
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `0000${two(whole / 86_400)}${two((whole / 3_600) % 24)}${two((whole / 60) % 60)}${two(whole % 60)}000R`;
};
