import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { decodeAddress, encodeAddress } from '../../src/sms/address.js';
import { measure } from '../../src/sms/measure.js';
import { septetsOf } from '../../src/sms/alphabet.js';
import { fromSeptets, pack, toSeptets, unpack } from '../../src/sms/septets.js';
import { split } from '../../src/sms/split.js';
import { encodeSubmit, type Pdu } from '../../src/sms/submit.js';
import { encodeValidity } from '../../src/sms/validity.js';
import { decodeSubmit, type Submitted } from '../fixtures/smsSubmit.js';

const gsm = fc.array(fc.constantFrom(...'aZ 9@£è\n{}[]~^|\\€ñü'), { maxLength: 700 }).map((parts) => parts.join(''));
const anything = fc.oneof(gsm, fc.string({ unit: 'binary', maxLength: 400 }), fc.array(fc.constantFrom('😀', 'д', 'a', '€', '\ud83d', '\ude00', '👩‍👩‍👧'), { maxLength: 200 }).map((parts) => parts.join('')));
const numbers = fc.tuple(fc.constantFrom('', '+'), fc.string({ unit: fc.constantFrom(...'0123456789*#abc'), minLength: 1, maxLength: 20 })).map((parts) => parts.join(''));

const pdusOf = (result: ReturnType<typeof encodeSubmit>): readonly Pdu[] => {
  if ('problem' in result) throw new Error(result.problem);
  return result;
};
const submitted = (result: ReturnType<typeof encodeSubmit>): Submitted[] => pdusOf(result).map((pdu) => decodeSubmit(pdu)!);
const halves = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

describe('SMS-SUBMIT', () => {
  it('says what the widely printed example says', () => {
    expect(encodeSubmit({ to: '+46708251358', text: 'hellohello', validity: 4 * 86_400 })).toEqual([{ hex: '0011000B916407281553F80000AA0AE8329BFD4697D9EC37', length: 23 }]);
  });

  it('comes back as it was given, whatever the text and the number', () => {
    fc.assert(fc.property(anything, numbers, fc.integer({ min: 0, max: 255 }), fc.boolean(), fc.option(numbers, { nil: undefined }), (text, to, reference, report, serviceCentre) => {
      const parts = submitted(encodeSubmit({ to, text, reference, report, validity: 300, ...(serviceCentre === undefined ? {} : { serviceCentre }) }));
      expect(parts.map((part) => part.text).join('')).toBe(text.replace(halves, '\ufffd'));
      const { encoding, segments } = measure(text);
      expect(parts).toHaveLength(segments);
      parts.forEach((part, index) => {
        expect(part).toMatchObject({ to, encoding, validity: 300, report: report && index === parts.length - 1, ...(serviceCentre === undefined ? {} : { serviceCentre }) });
        expect(part.part).toEqual(segments === 1 ? undefined : { reference, total: segments, number: index + 1 });
        // no half of a pair at either end
        expect(part.text).not.toMatch(halves);
      });
    }));
  });

  it('takes as many SMS as a second implementation counts', () => {
    fc.assert(fc.property(gsm, (text) => {
      fc.pre(text !== '');
      expect(pdusOf(encodeSubmit({ to: '1', text }))).toHaveLength(new SegmentedMessage(text).segmentsCount);
    }));
  });

  it('never has more than 140 octets of user data', () => {
    fc.assert(fc.property(anything, (text) => {
      // type, number of the message, number of 11 digits with its length and type, protocol, coding, length of the data
      for (const { length } of pdusOf(encodeSubmit({ to: '49170123456', text }))) expect(length).toBeLessThanOrEqual(2 + 2 + 6 + 3 + 140);
    }));
  });

  it('sends no half of an escape sequence and no half of a surrogate pair', () => {
    expect(submitted(encodeSubmit({ to: '1', text: `${'a'.repeat(152)}€${'b'.repeat(20)}` })).map(({ text }) => text)).toEqual(['a'.repeat(152), `€${'b'.repeat(20)}`]);
    expect(submitted(encodeSubmit({ to: '1', text: `${'д'.repeat(66)}😀${'д'.repeat(20)}` })).map(({ text }) => text)).toEqual(['д'.repeat(66), `😀${'д'.repeat(20)}`]);
  });

  it('begins the text after a header at the border of a septet', () => {
    const [first] = pdusOf(encodeSubmit({ to: '1', text: 'C'.repeat(161), reference: 0xcc }));
    // one bit is left free below C, which is 0x43
    expect(first!.hex).toContain('A0050003CC020186');
  });

  it.each([['', ''], ['letters', 'call me'], ['a long one', '123456789012345678901'], ['a control character', '+49170\x1a12'], ['plus inside', '49+170'], ['plus alone', '+']])('takes no number with %s', (_, to) => {
    expect(encodeSubmit({ to, text: 'x' })).toEqual({ problem: 'the number is not one of 1 to 20 digits' });
  });

  it('takes a number as people write it', () => {
    expect(submitted(encodeSubmit({ to: '+49 (170) 123-45.67/8', text: 'x' }))[0]!.to).toBe('+4917012345678');
  });

  it('says so when it is too much, and when the service centre is none', () => {
    expect(encodeSubmit({ to: '1', text: 'a'.repeat(153 * 255 + 1) })).toEqual({ problem: 'the text takes more than 255 SMS' });
    expect(encodeSubmit({ to: '1', text: 'a', serviceCentre: 'none' })).toEqual({ problem: 'the service centre is not a number of 1 to 20 digits' });
  });
});

describe('septets', () => {
  it('come back from octets, with any number of fill bits', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 127 }), { maxLength: 160 }), fc.integer({ min: 0, max: 6 }), (septets, fill) => {
      expect(unpack(pack(septets, fill), septets.length, fill)).toEqual(septets);
    }));
  });

  it('come back as text', () => {
    fc.assert(fc.property(gsm, (text) => expect(fromSeptets(toSeptets(text))).toBe(text)));
  });

  it('mean a plain character after an escape that they do not know, and nothing when an escape ends them', () => {
    expect(fromSeptets([0x1b, 0x41, 0x1b])).toBe('A');
  });

  it('put a question mark for what the alphabet does not have', () => {
    expect(fromSeptets(toSeptets('a`b'))).toBe('a?b');
    expect(septetsOf('`')).toBeUndefined();
  });
});

describe('addresses', () => {
  it('come back as they were given', () => {
    fc.assert(fc.property(numbers, (number) => expect(decodeAddress(encodeAddress(number)!)).toBe(number)));
  });

  it('may be a name', () => {
    expect(decodeAddress({ digits: 14, type: 0xd0, octets: pack(toSeptets('Sender 1')) })).toBe('Sender 1');
  });
});

describe('validity', () => {
  const [minute, hour, day] = [60, 3600, 86_400];
  it.each([
    [-1, 0], [0, 0], [NaN, 0], [5 * minute, 0], [5 * minute + 1, 1], [10 * minute, 1], [12 * hour, 143], [12 * hour + 1, 144], [day, 167], [day + 1, 168], [30 * day, 196], [30 * day + 1, 197],
    [35 * day, 197], [63 * 7 * day, 255], [Infinity, 255],
  ])('of %d seconds is %d', (seconds, octet) => expect(encodeValidity(seconds)).toBe(octet));

  it('is never shorter than asked for', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 63 * 7 * day, noNaN: true }), (validity) => {
      expect(submitted(encodeSubmit({ to: '1', text: 'x', validity }))[0]!.validity).toBeGreaterThanOrEqual(validity);
    }));
  });

  it('is left to the network where none is given', () => {
    expect(submitted(encodeSubmit({ to: '1', text: 'x' }))[0]).not.toHaveProperty('validity');
  });
});

it('an empty text is one empty SMS', () => {
  expect(split('')).toEqual({ encoding: 'gsm-7', parts: [''], length: 0 });
  expect(submitted(encodeSubmit({ to: '1', text: '' }))).toMatchObject([{ text: '' }]);
});
