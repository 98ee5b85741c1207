import { randomBytes } from 'node:crypto';
import type { StatusReport } from '../../sms/statusReport.js';

interface Awaited {
  readonly id: string;
  readonly number: number;
  /** Last digits of the phone number. */
  readonly to: string;
  /** When no report can come any more, in milliseconds of the clock. */
  readonly until: number;
}

/** Messages that a status report may still come for. */
export interface AwaitedReports {
  /** @returns the id of this message, which no other has, today or after a restart */
  expect(sent: { readonly messageNumber: number; readonly to: string; readonly validity: number }): string;
  /** @returns the id of the message that the report speaks of, undefined where none is known; after a final report it is forgotten */
  find(report: StatusReport): string | undefined;
}

/** The network reports the end of a message that it gave up, and may be late with it. */
const grace = 3_600_000;

/**
 * The modem counts its messages to 255 and then from 0 again, so that a report is known by number and receiver: of those that fit, it is
 * for the newest. In memory only: reports that come after a restart are for nobody.
 * @param most messages that are remembered; the oldest go first
 */
export const awaitedReports = ({ most = 10_000, now = Date.now }: { most?: number; now?: () => number } = {}): AwaitedReports => {
  let awaited: Awaited[] = [];
  return {
    expect: ({ messageNumber, to, validity }) => {
      const id = `${randomBytes(8).toString('hex')}-${messageNumber}`;
      const time = now();
      awaited = [...awaited.filter(({ until }) => until > time).slice(1 - most), { id, number: messageNumber, to: lastDigits(to), until: time + validity * 1_000 + grace }];
      return id;
    },
    find: ({ messageNumber, to, state }) => {
      const found = awaited.findLast(({ number, to: other, until }) => number === messageNumber && other === lastDigits(to) && until > now());
      if (found && state !== 'pending') awaited = awaited.filter((each) => each !== found);
      return found?.id;
    },
  };
};

/** What a number has in common however its prefix is written. */
const lastDigits = (number: string): string => number.replace(/\D/g, '').slice(-6);
