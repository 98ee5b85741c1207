import { catchError, EMPTY, exhaustMap, from, mergeMap, timer, type Observable } from 'rxjs';
import { expireChallenges } from '../commands/closeChallenge.js';
import type { Clock } from '../commands/ports.js';
import type { TokenHandler } from '../commands/tokenHandler.js';

export interface ExpireChallengesDependencies {
  readonly handler: TokenHandler;
  readonly clock: Clock;
  /** Serials of tokens with open challenges whose time is over, so many at the most; those of other instances if it was over by then. */
  readonly overdue: (now: Date, limit: number, by: { readonly instance: string; readonly others: Date }) => Promise<readonly string[]>;
  readonly instance: string;
  /** Whether no other instance can be alive. */
  readonly alone: boolean;
  readonly warn: (problem: string, detail: object) => void;
}

const lookEvery = 1000;
const atOnce = 500;
const concurrent = 20;
/** Milliseconds in which an instance writes this down of what it issued, before others do: they would have to read the streams first. */
const ownFirst = 10_000;

/** Writes down, within a second or so, that the time of a challenge ran out. Its code is worthless at the instant itself, with or without this. */
export const expiringChallenges = (with_: ExpireChallengesDependencies): Observable<unknown> => {
  const saidAloud = (error: unknown): Observable<never> => {
    with_.warn('expired challenges could not be written down', { err: error });
    return EMPTY;
  };
  const expire = (serial: string) => {
    const id = `expireChallenges/${with_.instance}/${serial}/${with_.clock.now().getTime()}`;
    return with_.handler.handle(serial, { commandId: id, actor: { kind: 'system', name: 'expireChallenges' }, correlationId: id }, expireChallenges);
  };
  const overdue = () => {
    const now = with_.clock.now();
    return with_.overdue(now, atOnce, { instance: with_.instance, others: with_.alone ? now : new Date(now.getTime() - ownFirst) });
  };
  // each instance at moments of its own, so that not all come upon the same
  return timer(Math.random() * lookEvery, lookEvery).pipe(
    exhaustMap(() => from(overdue()).pipe(
      mergeMap((serials) => serials),
      // a token that cannot be read holds up no other
      mergeMap((serial) => from(expire(serial)).pipe(catchError(saidAloud)), concurrent),
      catchError(saidAloud),
    )),
  );
};
