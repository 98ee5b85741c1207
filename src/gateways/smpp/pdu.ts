/** Protocol data units of SMPP 3.4 (SMPP Protocol Specification v3.4, issue 1.2), which is big-endian throughout. */
export interface Pdu {
  readonly command: number;
  /** 0 for success, and in requests. */
  readonly status: number;
  /** The same in a request and its response. */
  readonly sequence: number;
  readonly body: Buffer;
}

/** Section 5.1.2.1; a response is its request with the highest bit set. */
export const commands = {
  genericNack: 0x80000000, bindTransmitter: 0x02, bindTransceiver: 0x09, submitSm: 0x04, deliverSm: 0x05, unbind: 0x06, enquireLink: 0x15, alertNotification: 0x102, outbind: 0x0b,
} as const;

const responseBit = 0x80000000;
export const isResponse = (command: number): boolean => command >= responseBit;
export const responseTo = (command: number): number => command + responseBit;

const headerLength = 16;
/** A message payload has 65,535 octets at most; the rest is for the other fields. */
const longest = 70_000;

export const encodePdu = ({ command, status, sequence, body }: Pdu): Buffer => {
  const header = Buffer.alloc(headerLength);
  header.writeUInt32BE(headerLength + body.length, 0);
  header.writeUInt32BE(command, 4);
  header.writeUInt32BE(status, 8);
  header.writeUInt32BE(sequence, 12);
  return Buffer.concat([header, body]);
};

/** What came cannot be SMPP. */
export class Malformed extends Error {}

/**
 * Takes a stream apart. It never holds more than one unit and the piece that came last.
 * @returns the units that a piece completes. @throws Malformed for a length that no unit can have; the stream cannot be followed any more
 */
export const pduReader = (): ((piece: Buffer) => Pdu[]) => {
  let pieces: Buffer[] = [];
  let held = 0;
  let wanted = 4;
  return (piece) => {
    pieces.push(piece);
    held += piece.length;
    const units: Pdu[] = [];
    while (held >= wanted) {
      const all = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      const length = all.readUInt32BE(0);
      if (length < headerLength || length > longest) throw new Malformed(`a unit of ${length} octets`);
      const complete = all.length >= length;
      if (complete) {
        units.push({ command: all.readUInt32BE(4), status: all.readUInt32BE(8), sequence: all.readUInt32BE(12), body: Buffer.from(all.subarray(headerLength, length)) });
      }
      const rest = complete ? all.subarray(length) : all;
      pieces = [rest];
      held = rest.length;
      wanted = complete ? 4 : length;
    }
    return units;
  };
};
