import fc from 'fast-check';
import { escapeHtml, renderText, tags, unknownTags, type TagValues } from '../../src/commands/notificationText.js';

it('puts values in, once: what looks like a tag stays what it is', () => {
  expect(renderText('{serial} of {user}, {{serial}}, { x }', { serial: '{user}', user: 'Ann' })).toBe('{user} of Ann, {serial}, { x }');
});
it('leaves out what an event does not have', () => expect(renderText('from {client}.', {})).toBe('from .'));
it('takes line breaks out of values, and bounds them', () => {
  expect(renderText('{user}', { user: 'a\r\nBcc: b\u2028c' })).toBe('a Bcc: b c');
  expect(renderText('{user}', { user: 'x'.repeat(5000) })).toHaveLength(200);
});
it('names every unknown tag once', () => expect(unknownTags('{otp} {serial} {otp} {{pin}} {toString}')).toEqual(['otp', 'toString']));

test('no value can add markup or lines, whatever it is', () => {
  fc.assert(fc.property(fc.constantFrom(...Object.keys(tags)), fc.string({ unit: 'binary' }), (tag, value) => {
    const text = renderText(`<p>{${tag}}</p>`, { [tag]: value } as TagValues, escapeHtml);
    expect(text.slice(3, -4)).not.toMatch(/[<>"'\r\n]|&(?!#\d+;)/);
  }));
});
