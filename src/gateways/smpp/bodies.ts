import { Malformed } from './pdu.js';

/** Tags of optional parameters (section 5.3.2). */
export const tags = {
  receiptedMessageId: 0x001e, sarReference: 0x020c, sarTotal: 0x020e, sarNumber: 0x020f, messagePayload: 0x0424, messageState: 0x0427,
} as const;

export interface Address {
  /** Type of number: 0 unknown, 1 international, 2 national, 5 alphanumeric. */
  readonly ton: number;
  /** Numbering plan: 0 unknown, 1 of telephones. */
  readonly npi: number;
  readonly address: string;
}

/** The body of submit_sm and deliver_sm (sections 4.4.1 and 4.6.1), which is the same. */
export interface ShortMessage {
  readonly serviceType: string;
  readonly source: Address;
  readonly destination: Address;
  readonly esmClass: number;
  readonly validityPeriod: string;
  readonly registeredDelivery: number;
  readonly dataCoding: number;
  /** At most 254 octets. */
  readonly message: Buffer;
  readonly optional: ReadonlyMap<number, Buffer>;
}

const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'latin1');
const octets = (...values: number[]): Buffer => Buffer.from(values);
const addressed = ({ ton, npi, address }: Address): Buffer => Buffer.concat([octets(ton, npi), text(address)]);
const optionalParameter = ([tag, value]: readonly [number, Buffer]): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(tag, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
};

/** Section 4.1.5; no address range, as befits who asks for no messages of telephones. */
export const encodeBind = ({ systemId, password, systemType }: { systemId: string; password: string; systemType: string }): Buffer =>
  Buffer.concat([text(systemId), text(password), text(systemType), octets(0x34, 0, 0), text('')]);

export const encodeShortMessage = (body: ShortMessage): Buffer =>
  Buffer.concat([
    text(body.serviceType), addressed(body.source), addressed(body.destination),
    // neither protocol nor priority; at once
    octets(body.esmClass, 0, 0), text(''), text(body.validityPeriod),
    octets(body.registeredDelivery, 0, body.dataCoding, 0, body.message.length), body.message, ...[...body.optional].map(optionalParameter),
  ]);

/** @throws Malformed */
export const decodeShortMessage = (body: Buffer): ShortMessage => {
  const read = reader(body);
  const serviceType = read.text();
  const source = { ton: read.octet(), npi: read.octet(), address: read.text() };
  const destination = { ton: read.octet(), npi: read.octet(), address: read.text() };
  const esmClass = read.octet();
  read.octets(2);
  read.text();
  const validityPeriod = read.text();
  const registeredDelivery = read.octet();
  read.octet();
  const dataCoding = read.octet();
  read.octet();
  const message = read.octets(read.octet());
  return { serviceType, source, destination, esmClass, validityPeriod, registeredDelivery, dataCoding, message, optional: read.optional() };
};

/** The id that the SMSC gave a message (section 4.4.2). @throws Malformed */
export const decodeMessageId = (body: Buffer): string => (body.length === 0 ? '' : reader(body).text());

/** deliver_sm_resp has a message id that is not used (section 4.6.2). */
export const deliverAnswer = octets(0);

/** A text in an optional parameter; its end may be marked or not. */
export const optionalText = (value: Buffer): string => value.toString('latin1').split('\0', 1)[0]!;

const reader = (body: Buffer) => {
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > body.length) throw new Malformed('a unit that ends too soon');
    at += length;
    return body.subarray(at - length, at);
  };
  return {
    octet: (): number => take(1)[0]!,
    octets: take,
    text: (): string => {
      const end = body.indexOf(0, at);
      if (end < 0) throw new Malformed('a text without an end');
      const value = take(end - at).toString('latin1');
      take(1);
      return value;
    },
    optional: (): ReadonlyMap<number, Buffer> => {
      const found = new Map<number, Buffer>();
      while (at < body.length) {
        const head = take(4);
        found.set(head.readUInt16BE(0), take(head.readUInt16BE(2)));
      }
      return found;
    },
  };
};
