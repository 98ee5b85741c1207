import { transactionStream } from '../../events/transaction.js';
import type { Secret } from '../../security/secret.js';
import { answerChallenge, type AnswerChallenge, type AnswerVerdict } from '../answerChallenge.js';
import { cancelChallenge } from '../closeChallenge.js';
import type { Context } from '../context.js';
import type { Undecided } from '../handler.js';
import type { Outcome } from '../outcome.js';
import { rejectAttempt } from '../rejectAttempt.js';
import type { Candidate, LoginDependencies } from './attempt.js';
import { firstFactorChanged } from './readPass.js';

/** A code for each token, and how it came. */
export interface Code extends Pick<AnswerChallenge, 'via' | 'transactionId'> {
  readonly codeFor: (serial: string) => Secret;
}

/** Whether the token would take the code if it decided now. Free; the result must leave the house only through a decision that was appended. */
export const wouldTake = ({ serial, facts }: Candidate, { codeFor, via, transactionId }: Code): boolean =>
  answerChallenge(facts, { code: codeFor(serial), via, transactionId }).answer.kind === 'accepted';

/** Has tokens decide about a code. Where one of them would take it, only that one is asked; otherwise every one of them pays. */
export const settleCode = async (with_: LoginDependencies, candidates: readonly Candidate[], code: Code, context: Context): Promise<Outcome> => {
  const { codeFor, via, transactionId } = code;
  // where there is no choice there is nothing to look ahead for
  const willing = candidates.length > 1 ? candidates.find((candidate) => wouldTake(candidate, code)) : undefined;
  const asked = willing ? [willing] : candidates;
  const verdicts = await Promise.all(asked.map(async (candidate) => ({
    serial: candidate.serial, verdict: await decideAnswer(with_, candidate, { code: codeFor(candidate.serial), via, transactionId }, context),
  })));
  for (const { serial, verdict } of verdicts) {
    if (verdict.kind !== 'accepted') continue;
    await closeSiblings(with_, verdict.siblings.filter((sibling) => sibling !== serial), verdict.transactionId, context);
    return { kind: 'accepted', serial, via, transactionId: verdict.transactionId };
  }
  const tokens = verdicts.flatMap(({ serial, verdict }) => (verdict.kind === 'refused' ? [{ serial, reason: verdict.reason }] : []));
  return { kind: 'refused', reason: tokens[0]!.reason, via, tokens };
};

const decideAnswer = (with_: LoginDependencies, { serial, facts: seen }: Candidate, command: AnswerChallenge, context: Context): Promise<AnswerVerdict | Undecided> =>
  with_.handler.handle<AnswerVerdict>(serial, { ...context, correlationId: command.transactionId ?? context.correlationId }, async (facts) => {
    const decision = (command.via === 'pin' && firstFactorChanged(seen, facts)) || answerChallenge(facts, command);
    if (decision.answer.kind !== 'accepted' || decision.answer.siblings.length < 2) return decision;
    // several tokens, several streams: the one event of the transaction's own stream says which of them won
    if (await win(with_, decision.answer.transactionId, serial, context)) return decision;
    const lost = rejectAttempt(facts, { reason: 'answered', via: 'transaction', transactionId: decision.answer.transactionId, counted: true });
    return { events: lost.events, answer: { kind: 'refused', reason: lost.answer } };
  });

const win = async ({ journal }: LoginDependencies, transactionId: string, serial: string, context: Context): Promise<boolean> => {
  const stream = transactionStream(transactionId);
  const result = await journal.append(stream, 'none', [{ type: 'TransactionWon', data: { serial } }],
    // no address here: a sealed field would make a data key for every such transaction
    { ...context, commandId: `${context.commandId}/${serial}`, client: undefined, correlationId: transactionId });
  if (result.kind === 'appended') return true;
  // won before by this very token, without an answer in its own stream: something broke off in between, and nobody else can win any more
  if (result.kind === 'conflict') return (await journal.read(stream)).some(({ type, data }) => type === 'TransactionWon' && data.serial === serial);
  throw new Error(`transaction ${transactionId} could not be settled: ${result.kind}`);
};

const closeSiblings = async ({ handler }: LoginDependencies, serials: readonly string[], transactionId: string, context: Context): Promise<void> => {
  // for the trail: the transaction is won, with or without this, and what fails here must not turn a success into an error
  const closing = { ...context, commandId: `${context.commandId}/close`, correlationId: transactionId };
  await Promise.allSettled(serials.map((serial) => handler.handle(serial, closing, (facts) => cancelChallenge(facts, transactionId, 'sibling-answered'))));
};
