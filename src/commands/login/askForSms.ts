import { tokenStream } from '../../events/token.js';
import type { Context } from '../context.js';
import type { Undecided } from '../handler.js';
import type { IssuedChallenge, Outcome, Refusal } from '../outcome.js';
import type { Deliveries } from '../ports.js';
import { namesIn } from '../settingNames.js';
import { realmOf } from '../token.js';
import { triggerChallenge, type TriggerAnswer } from '../triggerChallenge.js';
import type { Candidate, LoginDependencies, TriggerWishes } from './attempt.js';
import { firstFactorChanged } from './readPass.js';

/** What is left of an attempt when nothing is held any more: the wait for the gateways. */
export type Rest = () => Promise<Outcome>;

/** Issues a challenge to each of the tokens, in one transaction. @returns the wait for the gateways */
export const askForSms = async (
  { journal, handler, deliveries, leaseFor, settings }: LoginDependencies,
  candidates: readonly Candidate[],
  trigger: 'pin' | 'administrator' | 'success',
  wishes: TriggerWishes,
  context: Context,
): Promise<Rest> => {
  const transactionId = wishes.newTransactionId(candidates.length);
  const siblings = candidates.map(({ serial }) => serial);
  const issued = await Promise.all(candidates.map(async ({ serial, facts }): Promise<Issued> => {
    const inForce = await settings.current(realmOf(facts.token));
    const own = namesIn(facts.token.gateway);
    const gateways = own.length > 0 ? own : inForce.gateways;
    const { text, textWhereNoneIsSet: otherwise } = wishes;
    const language = otherwise && (await journal.unseal(tokenStream(serial), facts.token.info['language']));
    const lease = await leaseFor(gateways);
    const delivery = deliveries.expect(transactionId, serial);
    const issuing = handler.handle<TriggerAnswer>(serial, { ...context, correlationId: transactionId }, (current) =>
      (trigger === 'pin' && firstFactorChanged(facts, current)) || triggerChallenge(current, {
        transactionId, trigger, gateways, lease, siblings, life: trigger === 'success' ? inForce.nextCode.life : inForce.challengeLife, concurrent: inForce.concurrentChallenges,
        resendAfter: wishes.resendAfter ?? 0, text: text ?? (inForce.smsText.isSet(language) ? undefined : otherwise),
      }));
    const answer = await issuing.catch((error: unknown) => { delivery.forget(); throw error; });
    if (answer.kind === 'refused' || answer.recalled) delivery.forget();
    return { serial, answer, delivery };
  }));
  const { sendWait } = await settings.current();
  return () => outcomeOf(issued, sendWait);
};

/** What a token said to the wish for an SMS, and where it will be told how the send ended. */
interface Issued {
  readonly serial: string;
  readonly answer: TriggerAnswer | Undecided;
  readonly delivery: ReturnType<Deliveries['expect']>;
}

const outcomeOf = async (issued: readonly Issued[], wait: number): Promise<Outcome> => {
  const parts = await Promise.all(issued.map(async ({ serial, answer, delivery }) => ({
    serial,
    answer,
    delivered: answer.kind === 'refused' ? undefined : answer.recalled ? answer.delivery : await delivery.settled(wait),
  })));
  const challenges = parts.flatMap(({ serial, answer, delivered }): IssuedChallenge[] =>
    answer.kind === 'challenged' && delivered !== undefined && delivered !== 'failed'
      ? [{ serial, transactionId: answer.transactionId, expiresAt: answer.expiresAt, recalled: answer.recalled, delivery: delivered }]
      : []);
  const known = challenges.filter(({ delivery }) => delivery !== 'unknown');
  const unsent = (these: typeof parts): { serial: string; reason: Refusal }[] => these.map(({ serial, answer }) => ({ serial, reason: answer.kind === 'refused' ? answer.reason : 'not-sent' }));
  if (known.length > 0) {
    return { kind: 'challenged', transactionId: known[0]!.transactionId, challenges, without: unsent(parts.filter(({ serial }) => !challenges.some((sent) => sent.serial === serial))) };
  }
  const tokens = unsent(parts);
  return { kind: 'refused', reason: tokens[0]!.reason, via: 'trigger', tokens, uncertain: challenges.length > 0 };
};
