import { encodeAddress } from './address.js';
import { mostParts, split, type Encoding } from './split.js';
import { encodeUserData } from './userData.js';
import { encodeValidity } from './validity.js';

/** A text on its way to a phone, as the network takes it from a modem. */
export interface Submission {
  readonly to: string;
  readonly text: string;
  /** Seconds that the network may try; undefined leaves it to the network. */
  readonly validity?: number;
  /** Asks for a status report of the last SMS. */
  readonly report?: boolean;
  /** Number of the service centre; undefined for the one that the SIM card names. */
  readonly serviceCentre?: string;
  /** Tells the parts of this message from those of others: 0 to 255. */
  readonly reference?: number;
}

/** One SMS-SUBMIT for `AT+CMGS`. */
export interface Pdu {
  /** Service centre and message, in hexadecimal. */
  readonly hex: string;
  /** Octets of the message without the service centre, which is what `AT+CMGS` wants to hear. */
  readonly length: number;
}

const submit = 0x01;
const relativeValidity = 0x10;
const statusReport = 0x20;
const hasHeader = 0x40;
/** TP-DCS (3GPP TS 23.038, 4). */
const codingScheme: Readonly<Record<Encoding, number>> = { 'gsm-7': 0x00, 'ucs-2': 0x08 };

/**
 * Writes a text as SMS-SUBMIT, one for each SMS that it takes (3GPP TS 23.040, 9.2.2.2).
 * @returns what is wrong with number, service centre or text; it repeats none of them
 */
export const encodeSubmit = ({ to, text, validity, report = false, serviceCentre, reference = 0 }: Submission): readonly Pdu[] | { readonly problem: string } => {
  const destination = encodeAddress(to);
  if (!destination) return { problem: 'the number is not one of 1 to 20 digits' };
  const centre = serviceCentre === undefined ? Buffer.of(0) : encodeServiceCentre(serviceCentre);
  if (!centre) return { problem: 'the service centre is not a number of 1 to 20 digits' };
  const { encoding, parts } = split(text);
  if (parts.length > mostParts) return { problem: `the text takes more than ${mostParts} SMS` };
  return parts.map((part, index) => {
    const last = index === parts.length - 1;
    const data = encodeUserData(part, encoding, parts.length === 1 ? undefined : { reference, total: parts.length, number: index + 1 });
    const first = submit | (validity === undefined ? 0 : relativeValidity) | (report && last ? statusReport : 0) | (parts.length === 1 ? 0 : hasHeader);
    const message = Buffer.concat([
      // the modem counts the messages itself, and there is no further protocol
      Buffer.of(first, 0, destination.digits, destination.type), destination.octets, Buffer.of(0, codingScheme[encoding]),
      validity === undefined ? Buffer.alloc(0) : Buffer.of(encodeValidity(validity)), Buffer.of(data.length), data.octets,
    ]);
    return { hex: Buffer.concat([centre, message]).toString('hex').toUpperCase(), length: message.length };
  });
};

/** Unlike other addresses, that of a service centre is counted in octets, its type included. */
const encodeServiceCentre = (number: string): Buffer | undefined => {
  const address = encodeAddress(number);
  return address && Buffer.concat([Buffer.of(address.octets.length + 1, address.type), address.octets]);
};
