import fc from 'fast-check';
import { measure } from '../../src/sms/measure.js';
import { transliterate } from '../../src/sms/transliterate.js';

test.each([
  ['“Ihr Code” – ‘123456’…', '"Ihr Code" - \'123456\'...'],
  ['Code\u00a0:\u202f123\u2009456', 'Code : 123 456'],
  ['Français, cœur, Łódź, Dvořák, e\u0301', 'Francais, coeur, Lodz, Dvorak, é'],
  ['Größe ÄÖÜ é è Ç € {}', 'Größe ÄÖÜ é è Ç € {}'],
  ['Kod: 123456 🙂 “x”', 'Kod: 123456 🙂 “x”'],
  ['Код 123456', 'Код 123456'],
  ['soft\u00adhyphen\u200b', 'softhyphen'],
])('%j becomes %j', (text, plain) => expect(transliterate(text)).toBe(plain));

test('70 characters that would grow beyond one SMS stay as they are', () => {
  const dots = '…'.repeat(70);
  expect(transliterate(dots)).toBe(dots);
  expect(transliterate('…'.repeat(53))).toBe('...'.repeat(53));
});

describe('whatever the text', () => {
  const texts = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('“', '…', '–', '\u00a0', 'ç', 'é', 'ł', '🙂', '٣', '1', '²')), { maxLength: 120 }).map((pieces) => pieces.join(''));
  const digits = (text: string): string => text.replace(/\P{Nd}/gu, '');

  it('takes no more SMS than before, and the default alphabet where it changes anything', () => {
    fc.assert(fc.property(texts, (text) => {
      const plain = transliterate(text);
      expect(measure(plain).segments).toBeLessThanOrEqual(measure(text).segments);
      if (plain !== text) expect(measure(plain).encoding).toBe('gsm-7');
    }));
  });

  it('keeps its digits, and is the same when it is written so again', () => {
    fc.assert(fc.property(texts, (text) => {
      expect(digits(transliterate(text))).toBe(digits(text));
      expect(transliterate(transliterate(text))).toBe(transliterate(text));
    }));
  });

  it('is left alone when the default alphabet has it all', () => {
    fc.assert(fc.property(texts, (text) => { if (measure(text).encoding === 'gsm-7') expect(transliterate(text)).toBe(text); }));
  });
});
