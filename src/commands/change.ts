import type { TokenDraft } from '../events/token.js';
import type { Change, ChangeRefusal } from './outcome.js';
import type { Decision } from './tokenHandler.js';

/** Answers of administrative decisions. A command that finds everything as it should be emits nothing: repeating it is harmless. */

export const done = <T = undefined>(events: readonly TokenDraft[], value?: T): Decision<Change<T>> => ({
  events, answer: { kind: 'done', changed: events.length > 0, value: value as T },
});

export const refused = (reason: ChangeRefusal, message: string, field?: string): Decision<Change<never>> => ({
  events: [], answer: { kind: 'refused', reason, message, ...(field === undefined ? {} : { field }) },
});

export const unknownToken = (): Decision<Change<never>> => refused('unknown-token', 'There is no token with this serial.', 'serial');
export const revokedToken = (): Decision<Change<never>> => refused('revoked', 'The token was revoked for good.', 'serial');
