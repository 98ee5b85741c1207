import { setImmediate as afterwards, setTimeout as pause } from 'node:timers/promises';
import type { Surroundings } from '../gateway.js';
import { decodeShortMessage, deliverAnswer } from './bodies.js';
import { candidates, type IdFormat } from './messageIds.js';
import { Malformed } from './pdu.js';
import { readReport, type DeliveryReport } from './receipts.js';
import { statuses } from './statuses.js';

/** Ids that are remembered, to know whose receipt it is before anybody has written the message down. */
const remembered = 1_000;

/** Milliseconds between the looks for a message whose receipt came before it was written down. */
const looks = [50, 250, 1_000, 3_000];

/** Takes what the SMSC delivers: receipts are told on, messages of telephones are taken and passed over. */
export interface ReceiptTaker {
  /** The answer to a deliver_sm, as soon as the receipt is written down. */
  take(body: Buffer): Promise<{ readonly status: number; readonly body: Buffer }>;
  /** A message has got this id. */
  expect(id: string): void;
  /** Lets the answers that are due go out; nobody waits for a message that is not known yet. */
  close(): Promise<void>;
}

/** @param sending whether there are messages on their way that have no id yet */
export const receiptTaker = (format: IdFormat, surroundings: Surroundings, sending: () => boolean): ReceiptTaker => {
  const ids = new Set<string>();
  const taking = new Set<Promise<unknown>>();
  const closed = new AbortController();

  const tell = async ({ id, state, detail }: DeliveryReport): Promise<void> => {
    const possible = candidates(id, format);
    // an answer that came in the same piece gets its due first
    await afterwards();
    for (const look of [0, ...looks]) {
      if (look > 0) await pause(look, undefined, { ref: false, signal: closed.signal }).catch(() => undefined);
      const ours = possible.filter((candidate) => ids.has(candidate));
      for (const messageId of ours.length > 0 ? ours : possible) if (await surroundings.receipt({ messageId, state, detail })) return;
      if (closed.signal.aborted || (ours.length === 0 && !sending())) return;
    }
  };

  const take = async (body: Buffer): ReturnType<ReceiptTaker['take']> => {
    try {
      const report = readReport(decodeShortMessage(body));
      if (report) await tell(report);
      return { status: statuses.ok, body: deliverAnswer };
    } catch (error) {
      // what cannot be read now cannot be read later; what could not be written down is asked for again
      return { status: error instanceof Malformed ? statuses.badLength : statuses.temporary, body: Buffer.alloc(0) };
    }
  };

  return {
    take: (body) => {
      const answer = take(body);
      taking.add(answer);
      return answer.finally(() => taking.delete(answer));
    },
    expect: (id) => {
      ids.add(id);
      if (ids.size > remembered) ids.delete(ids.values().next().value!);
    },
    close: async () => {
      closed.abort();
      await Promise.all(taking);
      await afterwards();
    },
  };
};
