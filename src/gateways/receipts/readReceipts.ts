import type { Callback, ReadCallback, Receipt } from '../gateway.js';
import { valuesAt } from '../pointer.js';
import { contentOf, textAt } from './content.js';
import type { ReceiptMapping } from './mapping.js';

/** Receipts that one callback may hold; the largest provider sends a hundred. */
const mostReceipts = 1_000;

/** Makes the function that reads callbacks which are known to be authentic. */
export const receiptReader = (mapping: ReceiptMapping): ((callback: Callback) => ReadCallback) => {
  const inLowerCase = (words: readonly string[]) => new Set(words.map((word) => word.toLowerCase()));
  const delivered = inLowerCase(mapping.delivered);
  const undelivered = inLowerCase(mapping.undelivered);
  const stateOf = (word: string): Receipt['state'] =>
    delivered.has(word.toLowerCase()) ? 'delivered' : undelivered.has(word.toLowerCase()) ? 'undelivered' : 'pending';

  return (callback) => {
    const content = contentOf(callback);
    if (!content) return { kind: 'malformed', problem: 'the body is not JSON' };
    const objects = mapping.each === undefined ? [content.json] : valuesAt(content.json, mapping.each);
    if (objects.length > mostReceipts) return { kind: 'malformed', problem: `it holds more than ${mostReceipts} receipts` };

    const receipts = objects.flatMap((object): Receipt[] => {
      const at = (place: string | undefined): string | undefined => (place === undefined ? undefined : textAt(place, object, content.fields));
      const messageId = asId(at(mapping.messageId));
      const reference = asId(at(mapping.reference));
      const state = at(mapping.state);
      if (state === undefined || (messageId === undefined && reference === undefined)) return [];
      const detail = inWords(state, at(mapping.detail));
      return [{
        state: stateOf(state),
        ...(messageId === undefined ? {} : { messageId }), ...(reference === undefined ? {} : { reference }), ...(detail === undefined ? {} : { detail }),
      }];
    });
    return receipts.length === 0 && objects.length > 0
      ? { kind: 'malformed', problem: 'it does not say which message it is about, or what became of it' }
      : { kind: 'receipts', receipts };
  };
};

/** Ids are kept as they are when the message is taken. */
const asId = (text: string | undefined): string | undefined => (text !== undefined && /^[\x21-\x7e]{1,128}$/.test(text) ? text : undefined);

/** State and further word, where they are such words: no sentence, and nothing that could be a number or a code. */
const inWords = (...texts: (string | undefined)[]): string | undefined => {
  const words = texts.filter((text): text is string => text !== undefined && /^[A-Za-z0-9][\w .:/-]{0,39}$/.test(text) && !/\d(?:[ .:/_-]?\d){5}/.test(text));
  return words.length === 0 ? undefined : words.join(' ');
};
