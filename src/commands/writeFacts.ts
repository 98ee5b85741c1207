import type { AnyDraft, Journal } from '../store/journal.js';
import { refusal } from './change.js';
import type { Context } from './context.js';
import { storeIsBusy } from './handler.js';
import type { Change } from './outcome.js';
import { StoreInDoubt } from './storeInDoubt.js';

/** Writes facts that no rule stands between: the stream takes every one of them, and the last one wins. */
export const writeFacts = async (journal: Journal, stream: string, facts: readonly AnyDraft[], context: Context): Promise<Change> => {
  if (facts.length === 0) return { kind: 'done', changed: false, value: undefined };
  const result = await journal.append(stream, 'any', facts, context);
  if (result.kind === 'appended') return { kind: 'done', changed: true, value: undefined };
  if (result.kind === 'overloaded' || result.kind === 'unavailable') return refusal('overloaded', storeIsBusy);
  if (result.kind === 'unknown') throw new StoreInDoubt(stream, result.reason);
  throw new Error(`${stream} could not be written: ${result.kind}`);
};
