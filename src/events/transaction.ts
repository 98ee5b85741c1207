import { z } from 'zod';
import { event, type Recorded } from './event.js';

/** Stream of a transaction over several tokens: its one event says which token won it. */
export const transactionStream = (transactionId: string): string => `transaction-${transactionId}`;

export const transactionEvents = {
  TransactionWon: event('Of several tokens in a transaction this one was answered; the stream takes no second event.', {
    serial: z.string().describe('The token that was answered'),
  }),
} as const;

export type TransactionEvent = Recorded<typeof transactionEvents>;
