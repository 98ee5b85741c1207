import type { AnyDraft } from '../store/journal.js';
import type { Decision } from './handler.js';
import type { Change, ChangeRefusal } from './outcome.js';

/** Answers of administrative commands. A command that finds everything as it should be emits nothing: repeating it is harmless. */

/** @param field the parameter that is wrong, in the words of the command */
export const refusal = (reason: ChangeRefusal, message: string, field?: string): Change<never> =>
  ({ kind: 'refused', reason, message, ...(field === undefined ? {} : { field }) });

export const done = <Draft extends AnyDraft, T = undefined>(events: readonly Draft[], value?: T): Decision<Change<T>, Draft> => ({
  events, answer: { kind: 'done', changed: events.length > 0, value: value as T },
});

export const refused = (...why: Parameters<typeof refusal>): Decision<Change<never>, never> => ({ events: [], answer: refusal(...why) });

export const unknownToken = (): Decision<Change<never>, never> => refused('unknown-token', 'There is no token with this serial.', 'serial');
export const revokedToken = (): Decision<Change<never>, never> => refused('revoked', 'The token was revoked for good.', 'serial');
