import { refusalsStream, type RefusalDraft } from '../events/refusals.js';
import { tokenStream, type Rejection } from '../events/token.js';
import { transactionStream } from '../events/transaction.js';
import type { Secret } from '../security/secret.js';
import { Overloaded } from '../security/turnstile.js';
import type { Journal } from '../store/journal.js';
import { answerChallenge, type AnswerChallenge, type AnswerVerdict } from './answerChallenge.js';
import { cancelChallenge } from './closeChallenge.js';
import type { Context } from './context.js';
import { pinMatch, type PinMatch } from './pinMatch.js';
import type { Clock, Deliveries, Pins, Settings, SettingsReader, Tokens, User, Users } from './ports.js';
import type { IssuedChallenge, Outcome, Refusal } from './outcome.js';
import { rejectAttempt } from './rejectAttempt.js';
import { resetFailCounter } from './resetFailCounter.js';
import { challengeOf, type Challenge } from './token.js';
import type { Undecided } from './handler.js';
import type { Decision, Facts, TokenHandler } from './tokenHandler.js';
import { triggerChallenge, type TriggerAnswer } from './triggerChallenge.js';
import { inAllTurns, Turns } from './turns.js';
import { unusable } from './usable.js';

/** Whose tokens are meant: a user's, one token, both (then it must be his), or whichever take part in the transaction. */
export interface Subject {
  readonly login?: string;
  readonly realm?: string;
  readonly serial?: string;
}

/** What differs between the front ends, as data; no front end decides anything. */
export interface TriggerWishes {
  /** Makes an id for a transaction over so many tokens. */
  readonly newTransactionId: (tokens: number) => string;
  /** Seconds after the last SMS within which the same challenge is answered with again. */
  readonly resendAfter?: number;
  /** Text that the caller wants in the SMS instead of the configured one. */
  readonly text?: string;
}

export interface Attempt extends Subject, TriggerWishes {
  /** PIN, PIN and code in one string, or code. */
  readonly pass: Secret;
  /** Given, even empty: `pass` answers this challenge. */
  readonly transactionId?: string;
  /** With a transaction id, take PIN and code in one string as well as the code alone (LinOTP). */
  readonly pinWithTransaction?: boolean;
  /** `pin`: only the PIN alone is right, to ask for an SMS. `otp`: `pass` is a code, no PIN is asked for; needs a serial. */
  readonly only?: 'pin' | 'otp';
  /**
   * The user's tokens stand and fall together (LinOTP): a wrong code counts on those with another PIN too, a success sets all fail counters
   * to zero. Else each has its own luck (privacyIDEA).
   */
  readonly together?: boolean;
}

export interface AuthenticateDependencies {
  readonly journal: Journal;
  readonly handler: TokenHandler;
  readonly tokens: Tokens;
  readonly users: Users;
  readonly pins: Pins;
  readonly settings: SettingsReader;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  /** Milliseconds that a list of gateways may take at the most; a lease must outlast it. */
  readonly leaseFor: (gateways: readonly string[]) => Promise<number>;
}

type Via = 'transaction' | 'pin' | 'otp' | 'trigger';
type Refused = Extract<Outcome, { kind: 'refused' }>;

/** What is left of an attempt when nothing is held any more: the wait for the gateways. */
type Rest = () => Promise<Outcome>;

/** So many attempts with a PIN may wait for their turn at one token. */
const longestLine = 200;

/** A login over all tokens of a user: finds out what the pass is, then has the tokens decide, each on its own stream. */
export class Authenticate {
  /**
   * One PIN at a time per token: it is checked before the token decides, and of many that are checked at once the right one must not be
   * the first to be decided.
   */
  private readonly turns = new Turns();

  constructor(private readonly with_: AuthenticateDependencies) {}

  /** PIN, PIN and code, or the answer to a challenge. */
  async check(attempt: Attempt, context: Context): Promise<Outcome> {
    try {
      return await this.decide(attempt, context);
    } catch (error) {
      if (error instanceof Overloaded) return { kind: 'refused', reason: 'overloaded', via: 'pin', tokens: [] };
      throw error;
    }
  }

  private async decide(attempt: Attempt, context: Context): Promise<Outcome> {
    const via: Via = attempt.transactionId !== undefined ? 'transaction' : attempt.only === 'otp' ? 'otp' : attempt.only === 'pin' ? 'trigger' : 'pin';
    const settings = await this.with_.settings.current();
    const found = await this.find(attempt, via, context);
    const asksPin = via === 'pin' || via === 'trigger';
    if (!Array.isArray(found)) {
      // an unknown user and a locked token cost what a wrong PIN costs: the time tells nothing
      if (asksPin) await this.match(undefined, attempt, settings);
      return found;
    }
    const decideOn = async (candidates: Candidate[]): Promise<Outcome | Rest> => {
      const usable = candidates.filter(isUsable);
      if (usable.length > 0) return this.decideAmong(usable, attempt, via, settings, context);
      if (asksPin) await this.match(undefined, attempt, settings);
      return this.refuseUnusable(candidates, via, context);
    };
    const decided = asksPin || attempt.pinWithTransaction ? await this.inTurn(found, decideOn) : await decideOn(found);
    if (decided === undefined) return { kind: 'refused', reason: 'busy', via, tokens: [] };
    // nothing is held while the gateways work: no lock, no transaction, no turn
    const outcome = typeof decided === 'function' ? await decided() : decided;
    if (outcome.kind === 'accepted' && attempt.together) await this.clear(found.filter(({ serial }) => serial !== outcome.serial), context);
    return outcome;
  }

  private async decideAmong(usable: Candidate[], attempt: Attempt, via: Via, settings: Settings, context: Context): Promise<Outcome | Rest> {
    if (attempt.transactionId !== undefined) return this.answer(usable, attempt, attempt.transactionId, settings, context);
    if (attempt.only === 'otp') return this.settle(usable, () => attempt.pass, 'otp', undefined, context);

    const matches = await Promise.all(usable.map((candidate) => this.match(candidate, attempt, settings)));
    const withCode = usable.filter((_, index) => matches[index]!.code !== undefined);
    const codeOf = new Map(usable.map(({ serial }, index) => [serial, matches[index]!.code]));
    const wanting = usable.filter((_, index) => matches[index]!.wholeIsPin);
    // as in the old servers: a right code wins over a PIN that happens to look like one, and a right PIN over a wrong code
    const right = withCode.filter(({ serial, facts }) => answerChallenge(facts, { code: codeOf.get(serial)!, via: 'pin' }).answer.kind === 'accepted');
    if (right.length > 0) return this.settle(right, (serial) => codeOf.get(serial)!, 'pin', undefined, context);
    if (wanting.length > 0) return this.challenge(wanting, 'pin', attempt, settings, context);
    const refused = withCode.length > 0 ? await this.settle(withCode, (serial) => codeOf.get(serial)!, 'pin', undefined, context) : undefined;
    const others = usable.filter((candidate) => !withCode.includes(candidate));
    if (refused && (refused.kind !== 'refused' || !attempt.together || others.length === 0)) return refused;
    const rejected = await this.reject(others, 'wrong-pin', via === 'trigger' ? 'trigger' : 'pin', undefined, settings.countFalsePin, context);
    return refused ?? rejected;
  }

  /** An administrator asks for an SMS to every usable token of the subject; no PIN. */
  async trigger(subject: Subject & TriggerWishes, context: Context): Promise<Outcome> {
    const found = await this.find(subject, 'trigger', context);
    if (!Array.isArray(found)) return found;
    const usable = found.filter(isUsable);
    if (usable.length === 0) return this.refuseUnusable(found, 'trigger', context);
    const sent = await this.challenge(usable, 'administrator', subject, await this.with_.settings.current(), context);
    return sent();
  }

  /**
   * The challenges of a transaction, for whoever knows the PIN of their tokens. With the right PIN it is a look: nothing is written. A wrong
   * one counts as everywhere: who has a transaction id need not have known a PIN, since administrators trigger without one.
   */
  async watch(subject: Subject & { readonly transactionId: string; readonly pin: Secret }, context: Context): Promise<readonly WatchedChallenge[]> {
    const { users, tokens } = this.with_;
    const user = subject.login === undefined ? undefined : await users.find(subject.login, subject.realm);
    const own = user ? await tokens.ofOwner(user.login, user.realm) : undefined;
    const serials = (await tokens.inTransaction(subject.transactionId)).filter((serial) =>
      (subject.login === undefined || own?.includes(serial)) && (subject.serial ?? serial) === serial);
    const seen = await inAllTurns(this.turns, serials, longestLine, async () => this.look(await this.candidates(serials), subject, { ...context, correlationId: subject.transactionId }))
      .catch((error: unknown) => { if (!(error instanceof Overloaded)) throw error; });
    return seen ?? [];
  }

  private async look(candidates: Candidate[], { pin, transactionId }: { readonly pin: Secret; readonly transactionId: string }, context: Context): Promise<WatchedChallenge[]> {
    const settings = await this.with_.settings.current();
    const attempt = { pass: pin, only: 'pin' } as const;
    const usable = candidates.filter(isUsable);
    if (usable.length === 0) await this.match(undefined, attempt, settings);
    const matches = await Promise.all(usable.map((candidate) => this.match(candidate, attempt, settings)));
    const known = usable.filter((_, index) => matches[index]!.wholeIsPin);
    if (usable.length > 0 && known.length === 0) await this.reject(usable, 'wrong-pin', 'trigger', transactionId, settings.countFalsePin, context);
    return known.flatMap(({ serial, facts }) => {
      const challenge = challengeOf(facts.token, transactionId);
      return challenge ? [{ serial, challenge }] : [];
    });
  }

  // ---- who is meant

  private async find(subject: Subject & { transactionId?: string }, via: Via, context: Context): Promise<Candidate[] | Refused> {
    const { users, tokens } = this.with_;
    const nobody = async (reason: RefusalDraft['data']['reason'], login?: string, realm?: string): Promise<Refused> => {
      await this.with_.journal.append(refusalsStream(this.with_.clock.now()), 'any', [
        { type: 'AuthenticationRefused', data: { reason, login: cut(login), realm: cut(realm), serial: cut(subject.serial), transactionId: cut(subject.transactionId) } },
      ], context);
      return { kind: 'refused', reason: reason as Refusal, via, tokens: [] };
    };

    let user: User | undefined;
    if (subject.login !== undefined) {
      user = await users.find(subject.login, subject.realm);
      if (!user) return nobody('unknown-user', subject.login, subject.realm);
    }
    const serials = subject.serial !== undefined ? [subject.serial]
      : user ? await tokens.ofOwner(user.login, user.realm)
      : await tokens.inTransaction(subject.transactionId ?? '');
    const candidates = await this.candidates(serials);
    const present = candidates.filter(({ facts }) => facts.token.life === 'present');
    if (present.length === 0) {
      const reason = subject.serial !== undefined ? 'unknown-token' : user ? 'no-token' : 'unknown-transaction';
      return nobody(reason, user?.login, user?.realm);
    }
    if (user && subject.serial !== undefined && !(await tokens.ofOwner(user.login, user.realm)).includes(subject.serial)) {
      return nobody('not-owner', user.login, user.realm);
    }
    const unrevoked = present.filter(({ facts }) => !facts.token.revoked && !facts.token.erased);
    return unrevoked.length > 0 ? unrevoked : present;
  }

  private candidates(serials: readonly string[]): Promise<Candidate[]> {
    return Promise.all(serials.map(async (serial) => ({ serial, facts: await this.with_.handler.facts(serial) })));
  }

  /** @param work gets the tokens as they are when it is their turn @returns undefined when too many wait: nothing was done */
  private inTurn<T>(found: readonly Candidate[], work: (candidates: Candidate[]) => Promise<T>): Promise<T | undefined> {
    const serials = found.map(({ serial }) => serial);
    return inAllTurns(this.turns, serials, longestLine, async () => work(await this.candidates(serials)));
  }

  // ---- what the pass is

  private match(candidate: Candidate | undefined, { pass, only }: Pick<Attempt, 'pass' | 'only'>, settings: Settings): Promise<PinMatch> {
    const digits = candidate?.facts.token.digits ?? settings.digits;
    return pinMatch(pass, digits, { prependPin: settings.prependPin, wholeOnly: only === 'pin' }, (texts) => this.findPin(candidate, texts));
  }

  private async findPin(candidate: Candidate | undefined, texts: readonly Secret[]): Promise<number> {
    const sealed = candidate?.facts.token.pinHash;
    // without a PIN the empty one is right
    const empty = candidate && sealed === undefined ? texts.findIndex((text) => text.reveal() === '') : -1;
    return empty >= 0 ? empty : this.with_.pins.find(candidate && (await this.with_.journal.unseal(tokenStream(candidate.serial), sealed)), texts);
  }

  // ---- asking for an SMS

  private async challenge(candidates: Candidate[], trigger: 'pin' | 'administrator', wishes: TriggerWishes, settings: Settings, context: Context): Promise<Rest> {
    const { handler, deliveries, leaseFor } = this.with_;
    const transactionId = wishes.newTransactionId(candidates.length);
    const siblings = candidates.map(({ serial }) => serial).sort();
    const issued = await Promise.all([...candidates].sort(bySerial).map(async ({ serial, facts }) => {
      const gateways = facts.token.gateway ? [facts.token.gateway] : settings.gateways;
      const lease = await leaseFor(gateways);
      const delivery = deliveries.expect(transactionId, serial);
      const issuing = handler.handle<TriggerAnswer>(serial, { ...context, correlationId: transactionId }, (current) =>
        (trigger === 'pin' && pinChanged(facts, current)) || triggerChallenge(current, {
          transactionId, trigger, gateways, lease, siblings, life: settings.challengeLife, concurrent: settings.concurrentChallenges,
          resendAfter: wishes.resendAfter ?? 0, text: wishes.text,
        }));
      const answer = await issuing.catch((error: unknown) => { delivery.forget(); throw error; });
      if (answer.kind === 'refused' || answer.recalled) delivery.forget();
      return { serial, answer, delivery };
    }));
    return () => this.outcomeOf(issued, settings);
  }

  private async outcomeOf(issued: readonly Issued[], settings: Settings): Promise<Outcome> {
    const parts = await Promise.all(issued.map(async ({ serial, answer, delivery }) => ({
      serial,
      answer,
      delivered: answer.kind === 'refused' ? undefined : answer.recalled ? answer.delivery : await delivery.settled(settings.sendWait),
    })));
    const challenges = parts.flatMap(({ serial, answer, delivered }): IssuedChallenge[] =>
      answer.kind === 'challenged' && delivered !== undefined && delivered !== 'failed'
        ? [{ serial, transactionId: answer.transactionId, expiresAt: answer.expiresAt, recalled: answer.recalled, delivery: delivered }]
        : []);
    const known = challenges.filter(({ delivery }) => delivery !== 'unknown');
    if (known.length > 0) return { kind: 'challenged', transactionId: known[0]!.transactionId, challenges };
    const tokens = parts.map(({ serial, answer }) => ({ serial, reason: notSent(answer) }));
    return { kind: 'refused', reason: tokens[0]!.reason, via: 'trigger', tokens, uncertain: challenges.length > 0 };
  }

  // ---- answering

  private async answer(candidates: Candidate[], attempt: Attempt, transactionId: string, settings: Settings, context: Context): Promise<Outcome> {
    const inIt = candidates.filter(({ facts }) => challengeOf(facts.token, transactionId) !== undefined);
    if (inIt.length === 0) return this.reject(candidates, 'unknown-transaction', 'transaction', transactionId, settings.countFalsePin, context);
    if (!attempt.pinWithTransaction) return this.settle(inIt, () => attempt.pass, 'transaction', transactionId, context);
    const codes = new Map(await Promise.all(inIt.map(async (candidate) => {
      const longer = attempt.pass.reveal().length > candidate.facts.token.digits;
      const code = longer ? (await this.match(candidate, attempt, settings)).code : undefined;
      return [candidate.serial, code ?? attempt.pass] as const;
    })));
    return this.settle(inIt, (serial) => codes.get(serial)!, 'transaction', transactionId, context);
  }

  /**
   * Has tokens decide about a code. Where one of them would take it, only that one is asked; otherwise every one of them pays.
   * The look ahead is free, but its result leaves the house only through a decision that was appended.
   */
  private async settle(candidates: Candidate[], codeFor: (serial: string) => Secret, via: 'transaction' | 'pin' | 'otp', transactionId: string | undefined, context: Context): Promise<Outcome> {
    const willing = candidates.find(({ serial, facts }) => answerChallenge(facts, { code: codeFor(serial), via, transactionId }).answer.kind === 'accepted');
    const asked = willing ? [willing] : candidates;
    const verdicts = await Promise.all(asked.map(async (candidate) => ({
      serial: candidate.serial, verdict: await this.decideAnswer(candidate, { code: codeFor(candidate.serial), via, transactionId }, context),
    })));
    const accepted = verdicts.find(({ verdict }) => verdict.kind === 'accepted');
    if (accepted?.verdict.kind === 'accepted') {
      const { transactionId: answered, siblings } = accepted.verdict;
      await this.closeSiblings(siblings.filter((serial) => serial !== accepted.serial), answered, context);
      return { kind: 'accepted', serial: accepted.serial, via, transactionId: answered };
    }
    const tokens = verdicts.map(({ serial, verdict }) => ({ serial, reason: (verdict as { reason: Refusal }).reason }));
    return { kind: 'refused', reason: tokens[0]!.reason, via, tokens };
  }

  private decideAnswer({ serial, facts: seen }: Candidate, command: AnswerChallenge, context: Context): Promise<AnswerVerdict | Undecided> {
    return this.with_.handler.handle<AnswerVerdict>(serial, { ...context, correlationId: command.transactionId ?? context.correlationId }, async (facts) => {
      const decision = (command.via === 'pin' && pinChanged(seen, facts)) || answerChallenge(facts, command);
      if (decision.answer.kind !== 'accepted' || decision.answer.siblings.length < 2) return decision;
      // several tokens, several streams: the one event of the transaction's own stream says which of them won
      if (await this.win(decision.answer.transactionId, serial, context)) return decision;
      const lost = rejectAttempt(facts, { reason: 'answered', via: 'transaction', transactionId: decision.answer.transactionId, counted: true });
      return { events: lost.events, answer: { kind: 'refused', reason: lost.answer } };
    });
  }

  private async win(transactionId: string, serial: string, context: Context): Promise<boolean> {
    const stream = transactionStream(transactionId);
    const result = await this.with_.journal.append(stream, 'none', [{ type: 'TransactionWon', data: { serial } }],
      // no address here: a sealed field would make a data key for every such transaction
      { ...context, commandId: `${context.commandId}/${serial}`, client: undefined, correlationId: transactionId });
    if (result.kind === 'appended') return true;
    // won before by this very token, without an answer in its own stream: something broke off in between, and nobody else can win any more
    if (result.kind === 'conflict') return (await this.with_.journal.read(stream)).some(({ type, data }) => type === 'TransactionWon' && data.serial === serial);
    throw new Error(`transaction ${transactionId} could not be settled: ${result.kind}`);
  }

  private async closeSiblings(serials: readonly string[], transactionId: string, context: Context): Promise<void> {
    // for the trail: the transaction is won, with or without this, and what fails here must not turn a success into an error
    const closing = { ...context, commandId: `${context.commandId}/close`, correlationId: transactionId };
    await Promise.allSettled(serials.map((serial) => this.with_.handler.handle(serial, closing, (facts) =>
      cancelChallenge(facts, transactionId, 'sibling-answered'))));
  }

  private async clear(candidates: readonly Candidate[], context: Context): Promise<void> {
    // a command of its own: the challenges of the same tokens may have been closed by this one already
    const clearing = { ...context, commandId: `${context.commandId}/clear` };
    await Promise.all(candidates.map(({ serial }) => this.with_.handler.handle(serial, clearing, resetFailCounter)));
  }

  // ---- turning down

  private async reject(candidates: Candidate[], reason: 'wrong-pin' | 'unknown-transaction', via: 'transaction' | 'pin' | 'trigger', transactionId: string | undefined, counted: boolean, context: Context): Promise<Outcome> {
    const tokens = await Promise.all(candidates.map(async ({ serial }) => {
      const answer = await this.with_.handler.handle(serial, context, (facts) => rejectAttempt(facts, { reason, via, transactionId: cut(transactionId), counted }));
      return { serial, reason: typeof answer === 'string' ? (answer as Refusal) : answer.reason };
    }));
    return { kind: 'refused', reason: tokens[0]!.reason, via, tokens };
  }

  private async refuseUnusable(candidates: Candidate[], via: Via, context: Context): Promise<Outcome> {
    const tokens = await Promise.all(candidates.map(async ({ serial }) => {
      const answer = await this.with_.handler.handle(serial, context, (facts) =>
        rejectAttempt(facts, { reason: 'wrong-pin', via, counted: false }));
      return { serial, reason: typeof answer === 'string' ? (answer as Refusal) : answer.reason };
    }));
    return { kind: 'refused', reason: tokens[0]!.reason, via, tokens };
  }
}

export interface WatchedChallenge {
  readonly serial: string;
  readonly challenge: Challenge;
}

interface Candidate {
  readonly serial: string;
  readonly facts: Facts;
}

const isUsable = ({ facts }: Candidate): boolean => unusable(facts.token, facts.now) === undefined;

/** What a token said to the wish for an SMS, and where it will be told how the send ended. */
interface Issued {
  readonly serial: string;
  readonly answer: TriggerAnswer | Undecided;
  readonly delivery: ReturnType<Deliveries['expect']>;
}

/** The PIN was verified against the token as it was seen; if it was changed since, the verdict says nothing any more. */
const pinChanged = (seen: Facts, current: Facts): Decision<{ kind: 'refused'; reason: Rejection | 'unknown-token' }> | undefined => {
  if (seen.token.pinHash === current.token.pinHash) return undefined;
  const { events, answer } = rejectAttempt(current, { reason: 'wrong-pin', via: 'pin', counted: true });
  return { events, answer: { kind: 'refused', reason: answer } };
};

/** What strangers send goes into the trail, but not at any length. */
const cut = (text: string | undefined): string | undefined => text?.slice(0, 200);

const bySerial = (a: Candidate, b: Candidate): number => (a.serial < b.serial ? -1 : 1);

const notSent = (answer: TriggerAnswer | Undecided): Refusal => (answer.kind === 'refused' ? answer.reason : 'not-sent');
