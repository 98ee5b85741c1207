import fc from 'fast-check';
import { PDU, type Unit } from 'smpp';
import { decodeMessageId, decodeShortMessage, encodeBind, encodeShortMessage, type ShortMessage } from '../../../src/gateways/smpp/bodies.js';
import { candidates, keptId } from '../../../src/gateways/smpp/messageIds.js';
import { validityPeriod } from '../../../src/gateways/smpp/messages.js';
import { commands, encodePdu, Malformed, pduReader, type Pdu } from '../../../src/gateways/smpp/pdu.js';
import { readReport } from '../../../src/gateways/smpp/receipts.js';

const octets = (maxLength: number) => fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));
const ascii = (maxLength: number) => fc.string({ unit: 'grapheme-ascii', maxLength });
const octet = fc.nat(255);
const address = fc.record({ ton: octet, npi: octet, address: ascii(20) });
const shortMessage: fc.Arbitrary<ShortMessage> = fc.record({
  serviceType: ascii(5), source: address, destination: address, esmClass: octet, validityPeriod: ascii(16), registeredDelivery: octet, dataCoding: octet, message: octets(254),
  optional: fc.array(fc.tuple(fc.nat(0xffff), octets(300)), { maxLength: 5 }).map((pairs) => new Map(pairs)),
});
const unit: fc.Arbitrary<Pdu> = fc.record({ command: fc.nat(0x7fffffff).map((low) => low * 2), status: fc.nat(0xffff), sequence: fc.nat(0x7fffffff), body: octets(400) });

describe('units', () => {
  it('are what they were, however the stream is cut', () => {
    fc.assert(fc.property(fc.array(unit, { maxLength: 6 }), fc.array(fc.nat(40), { minLength: 1 }), (units, cuts) => {
      const stream = Buffer.concat(units.map(encodePdu));
      const read = pduReader();
      const found: Pdu[] = [];
      for (let at = 0, cut = 0; at < stream.length; cut += 1) {
        const length = (cuts[cut % cuts.length] ?? 0) + 1;
        found.push(...read(stream.subarray(at, at + length)));
        at += length;
      }
      expect(found).toEqual(units);
    }));
  });

  it.each([0, 15, 70_001, 0xffffffff])('of %d octets are none', (length) => {
    const head = Buffer.alloc(16);
    head.writeUInt32BE(length);
    expect(() => pduReader()(head)).toThrow(Malformed);
  });
});

describe('bodies', () => {
  it('are what they were', () => {
    fc.assert(fc.property(shortMessage, (body) => { expect(decodeShortMessage(encodeShortMessage(body))).toEqual(body); }));
  });

  it('made of noise are refused or read, and nothing else happens', () => {
    fc.assert(fc.property(octets(400), (noise) => {
      for (const read of [decodeShortMessage, decodeMessageId]) {
        try {
          read(noise);
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
        }
      }
    }));
  });

  it('are read by another library as they were meant', () => {
    fc.assert(fc.property(shortMessage, (given) => {
      const body = { ...given, esmClass: 0, dataCoding: 4, validityPeriod: validityPeriod(300), optional: new Map([[0x001e, Buffer.from('id\0')], [0x0427, Buffer.from([2])]]) };
      const read = PDU.fromBuffer(encodePdu({ command: commands.submitSm, status: 0, sequence: 7, body: encodeShortMessage(body) }));
      expect(read).toMatchObject({
        command: 'submit_sm', sequence_number: 7, service_type: body.serviceType, source_addr_ton: body.source.ton, source_addr_npi: body.source.npi, source_addr: body.source.address,
        dest_addr_ton: body.destination.ton, dest_addr_npi: body.destination.npi, destination_addr: body.destination.address, registered_delivery: body.registeredDelivery,
        data_coding: 4, receipted_message_id: 'id', message_state: 2,
      });
      expect(Buffer.from((read['short_message'] as { message: Buffer }).message)).toEqual(body.message);
    }));
  });

  it('of another library are read as they were meant', () => {
    fc.assert(fc.property(ascii(20), octets(200), fc.nat(255), (to, message, state) => {
      const [{ body }] = pduReader()(new PDU('deliver_sm', { source_addr: to, data_coding: 4, esm_class: 0, short_message: message, message_state: state, receipted_message_id: to }).toBuffer()) as [Pdu];
      expect(decodeShortMessage(body)).toMatchObject({ source: { address: to }, message, dataCoding: 4 });
      expect(decodeShortMessage(body).optional.get(0x0427)).toEqual(Buffer.from([state]));
      expect(decodeShortMessage(body).optional.get(0x001e)?.toString()).toBe(`${to}\0`);
    }));
  });

  it('of a bind are read by another library', () => {
    const read: Unit = PDU.fromBuffer(encodePdu({ command: commands.bindTransceiver, status: 0, sequence: 1, body: encodeBind({ systemId: 'id', password: 'pass', systemType: 'type' }) }));
    expect(read).toMatchObject({ command: 'bind_transceiver', system_id: 'id', password: 'pass', system_type: 'type', interface_version: 0x34, address_range: '' });
  });
});

describe('the validity', () => {
  it.each([[300, '000000000500000R'], [1, '000000000001000R'], [0, '000000000001000R'], [59.2, '000000000100000R'], [86_400 + 3_661, '000001010101000R'], [1e9, '000030000000000R']])('of %d seconds is %s', (seconds, written) => {
    expect(validityPeriod(seconds)).toBe(written);
  });
});

describe('ids', () => {
  it.each([
    ['0000ABC1', 'auto', ['abc1', '43969']], ['43969', 'auto', ['43969', 'abc1', String(0x43969)]], ['AB-12', 'auto', ['AB-12']],
    ['43969', 'hex-decimal', ['abc1']], ['ABC1', 'decimal-hex', ['43969']], ['ABC1', 'same', ['abc1']], ['ABC1', 'hex-decimal', []], ['a b', 'auto', []], ['', 'auto', []], ['000', 'same', ['0']],
  ] as const)('%s by %s may be %j', (id, format, possible) => {
    expect(candidates(id, format)).toEqual(possible);
  });

  it('whatever the SMSC makes of the number, it is found again', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 1n << 128n }), fc.boolean(), fc.boolean(), fc.nat(8), (number, hexFirst, upper, zeros) => {
      const hex = upper ? number.toString(16).toUpperCase() : number.toString(16);
      const [submitted, reported] = hexFirst ? [hex, String(number)] : [String(number), hex];
      expect(candidates(`${'0'.repeat(zeros)}${reported}`, 'auto')).toContain(keptId(submitted));
      expect(candidates(`${'0'.repeat(zeros)}${submitted}`, 'same')).toEqual([keptId(submitted)]);
    }));
  });
});

describe('receipts', () => {
  const body = (message: string, optional: [number, Buffer][] = [], esmClass = 4): ShortMessage => ({
    serviceType: '', source: { ton: 1, npi: 1, address: '49' }, destination: { ton: 1, npi: 1, address: '50' }, esmClass, validityPeriod: '', registeredDelivery: 0, dataCoding: 0,
    message: Buffer.from(message), optional: new Map(optional),
  });

  it.each([
    ['DELIVRD', 'delivered'], ['EXPIRED', 'undelivered'], ['DELETED', 'undelivered'], ['UNDELIV', 'undelivered'], ['REJECTD', 'undelivered'], ['ACCEPTD', 'pending'], ['ENROUTE', 'pending'], ['UNKNOWN', 'pending'],
  ])('%s means %s', (word, state) => {
    expect(readReport(body(`id:a1 sub:001 dlvrd:001 submit date:2611280905 done date:2611280906 stat:${word} err:000 text:Code`))).toEqual({ id: 'a1', state, detail: word });
  });

  it('may have another order, other letters, an error, or be nothing but parameters', () => {
    expect(readReport(body('ID: a1 Stat: undeliv Err: 0A1 Text: stat:DELIVRD id:b2'))).toEqual({ id: 'a1', state: 'undelivered', detail: 'UNDELIV (error 0A1)' });
    expect(readReport(body('', [[0x1e, Buffer.from('c3\0')], [0x427, Buffer.from([5])]]))).toEqual({ id: 'c3', state: 'undelivered', detail: 'UNDELIV' });
    expect(readReport(body('id:other stat:UNDELIV', [[0x1e, Buffer.from('c3')], [0x427, Buffer.from([2])]]))).toMatchObject({ id: 'c3', state: 'delivered' });
    expect(readReport(body('', [[0x424, Buffer.from('id:d4 stat:DELIVRD')]]))).toMatchObject({ id: 'd4' });
  });

  it('are none where the SMSC does not say so, for anybody can write such a text', () => {
    expect(readReport(body('id:a1 stat:DELIVRD', [], 0))).toBeUndefined();
    expect(readReport(body('', [[0x1e, Buffer.from('c3\0')], [0x427, Buffer.from([2])]], 0))).toBeUndefined();
  });

  it.each(['', 'id:a1', 'stat:DELIVRD', 'id:a1 stat:NONSENSE', 'text:id:a1 stat:DELIVRD', 'grid:a1 stat:DELIVRD'])('%j says nothing', (text) => {
    expect(readReport(body(text))).toBeUndefined();
  });

  it('never tell more than a word and a number, whatever comes', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (one, two) => {
      const report = readReport(body(`id:a1 stat:DELIVRD err:${one} ${two}`));
      if (report) expect(report.detail).toMatch(/^[A-Z]{7}( \(error [0-9A-Fa-f]{1,5}\))?$/);
    }));
  });
});
