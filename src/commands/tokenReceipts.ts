import { serialOf, tokenStream, type TokenDraft } from '../events/token.js';
import type { Decision as AnyDecision } from './handler.js';
import type { KnownMessage, Messages } from './ports.js';
import type { FinalReceipt, FinalState, MessageStreams, Settled } from './recordReceipt.js';
import { challengeOf } from './token.js';
import type { TokenHandler } from './tokenHandler.js';

/** Our name of an SMS, the same for every repeat; it is what gateways are told. */
export const referenceOf = (transactionId: string, serial: string): string => `${transactionId}-${serial}`;

/**
 * Whether a receipt says anything new. The last word is `delivered`: what has arrived is not taken back by a word that comes too late.
 * @param known the most final word so far
 */
export const settleReceipt = (
  { part: transactionId, gateway }: Pick<KnownMessage, 'part' | 'gateway'>, { state, messageId, detail }: FinalReceipt, known: FinalState | undefined,
): AnyDecision<Exclude<Settled, 'unknown'>, TokenDraft> => {
  if (known === 'delivered' || known === state) return { events: [], answer: 'known' };
  return { events: [{ type: state === 'delivered' ? 'SmsDelivered' : 'SmsUndelivered', data: { transactionId, gateway, messageId, detail } }], answer: 'recorded' };
};

/** The SMS of tokens: each belongs to a challenge. */
export const tokenMessages = (handler: TokenHandler, messages: Messages): MessageStreams => ({
  has: (stream) => stream.startsWith(tokenStream('')),
  named: (reference) => {
    const [, transactionId, serial] = /^([0-9A-Za-z.]{1,64})-([0-9A-Za-z_.-]{1,40})$/.exec(reference) ?? [];
    return transactionId === undefined ? undefined : { stream: tokenStream(serial!), part: transactionId };
  },
  expects: async ({ stream, part, gateway }) => {
    const challenge = challengeOf((await handler.facts(serialOf(stream))).token, part);
    return challenge?.delivery === 'pending' && challenge.gateways.includes(gateway);
  },
  settle: (message, receipt, context) =>
    // looked up again for every decision: whoever was faster has changed the stream, too
    handler.handle(serialOf(message.stream), context, async () => settleReceipt(message, receipt, (await messages.at(message, message.gateway))?.receipt)),
});
