import { duplexPair } from 'node:stream';
import fc from 'fast-check';
import { openDialogue } from '../../../src/gateways/modem/dialogue.js';
import { lineReader } from '../../../src/gateways/modem/lineReader.js';

/** What is read when it comes in these pieces. */
const readIn = (pieces: readonly string[], promptDue = true): string[] => {
  const read: string[] = [];
  const feed = lineReader({ line: (text) => read.push(text), prompt: () => read.push('<prompt>'), promptDue: () => promptDue });
  for (const piece of pieces) feed(Buffer.from(piece, 'latin1'));
  return read;
};

it('makes lines and prompts', () => {
  expect(readIn(['AT+CMGS=5\r\r\n> 0011\x1a\r\n+CMGS: 1\r\n\r\nOK\r\n'])).toEqual(['AT+CMGS=5', '<prompt>', '0011\x1a', '+CMGS: 1', 'OK']);
  expect(readIn(['\r\n>'])).toEqual(['<prompt>']);
  expect(readIn(['\r\n> x\r\n'], false)).toEqual(['> x']);
  expect(readIn(['a > b\r\n', 'not yet a line'])).toEqual(['a > b']);
});

it('reads the same however the bytes come', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('\r', '\n', '>', ' ', 'O', 'K', '+', '\0'), maxLength: 60 }), fc.array(fc.integer({ min: 1, max: 5 })), (text, sizes) => {
    const pieces: string[] = [];
    for (let at = 0, index = 0; at < text.length; index += 1) {
      const size = sizes[index % Math.max(1, sizes.length)] ?? 1;
      pieces.push(text.slice(at, at + size));
      at += size;
    }
    expect(readIn(pieces)).toEqual(readIn([text]));
  }));
});

it('keeps no more of a line that never ends than it needs', () => {
  expect(readIn([...Array<string>(1_000).fill('x'.repeat(100)), '\r\nOK\r\n']).at(-1)).toBe('OK');
});

it('is never upset by what comes', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.oneof(fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)), fc.constantFrom('\r\n+CDS: 5\r\n', '\r\n> ', '\r\nOK\r\n', '\r\n+CMS ERROR: ', '\r\n+CMGS:\r\n').map((text) => Buffer.from(text)))), async (chunks) => {
    const [ours, theirs] = duplexPair();
    const dialogue = openDialogue({ stream: ours, close: async () => void ours.destroy() }, () => undefined);
    const answer = dialogue.ask('AT', { timeout: 60_000, answer: /^\+CMGS:/ });
    for (const chunk of chunks) theirs.write(chunk);
    theirs.write('\r\n\r\nx\r\nOK\r\n');
    expect(['ok', 'fault']).toContain((await answer).kind);
    await dialogue.close();
    expect(await dialogue.ask('AT', { timeout: 60_000 })).toEqual({ kind: 'gone', lines: [] });
  }), { numRuns: 50 });
});
