import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { measure } from '../../src/sms/measure.js';

/** Texts of the default alphabet, its extension table and everything else, long enough for several SMS. */
const texts = fc.array(fc.oneof(fc.constantFrom(...'aZ 9@£è\n{}[]~^|\\€ñü'), fc.constantFrom('„', 'ç', '`', '😀', '’', 'д'), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 500 }).map((parts) => parts.join(''));
const plain = fc.array(fc.constantFrom(...'aZ 9@£è\n{}[]~^|\\€ñü'), { maxLength: 700 }).map((parts) => parts.join(''));

describe('measure', () => {
  it('agrees with a second implementation', () => {
    fc.assert(fc.property(fc.oneof(texts, plain), (text) => {
      fc.pre(text !== '' && !/\p{Cs}/u.test(text));
      const other = new SegmentedMessage(text);
      const { encoding, segments } = measure(text);
      expect([encoding, segments]).toEqual([other.encodingName === 'GSM-7' ? 'gsm-7' : 'ucs-2', other.segmentsCount]);
    }));
  });

  it.each([
    ['', 'gsm-7', 1, 0],
    ['a'.repeat(160), 'gsm-7', 1, 160],
    ['a'.repeat(161), 'gsm-7', 2, 161],
    ['€'.repeat(80), 'gsm-7', 1, 160],
    ['€'.repeat(81), 'gsm-7', 2, 162],
    ['д'.repeat(70), 'ucs-2', 1, 70],
    ['д'.repeat(71), 'ucs-2', 2, 71],
    ['ç', 'ucs-2', 1, 1],
  ])('%.12s: %s, %d, %d', (text, encoding, segments, length) => {
    expect(measure(text)).toEqual({ encoding, segments, length });
  });
});
