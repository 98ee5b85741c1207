import type { Via } from '../events/token.js';
import type { Secret } from '../security/secret.js';
import { Overloaded } from '../security/turnstile.js';
import type { Context } from './context.js';
import { DirectoryUnavailable } from './directoryUnavailable.js';
import { asOfNow, type Certain } from './login/asOfNow.js';
import { askForSms, type Rest } from './login/askForSms.js';
import { candidatesOf, isUsable, type Attempt, type Candidate, type LoginDependencies, type Subject, type TriggerWishes } from './login/attempt.js';
import { findTokens, lookAgain } from './login/findTokens.js';
import { passReader, type PassReader } from './login/readPass.js';
import { sendNext } from './login/sendNext.js';
import { settleCode, wouldTake } from './login/settleCode.js';
import { turnDown } from './login/turnDown.js';
import type { Outcome, Refused } from './outcome.js';
import type { Settings } from './ports.js';
import { resetFailCounter } from './resetFailCounter.js';
import { challengeOf, realmOf, type Challenge } from './token.js';
import { inAllTurns, Turns } from './turns.js';
import { unusable } from './usable.js';

/** So many attempts with a PIN may wait for their turn at one token. */
const longestLine = 200;

/** A login over all tokens of a user: finds out what the pass is, then has the tokens decide, each on its own stream. */
export class Authenticate {
  /**
   * One PIN at a time per token: it is checked before the token decides, and of many that are checked at once the right one must not be
   * the first to be decided.
   */
  readonly #turns = new Turns();

  constructor(private readonly with_: LoginDependencies) {}

  /** PIN, PIN and code, or the answer to a challenge. */
  async check(attempt: Attempt, context: Context): Promise<Outcome> {
    try {
      return await asOfNow(this.with_.tokens, () => lookAgain(this.with_, attempt), (certain) => this.decide(attempt, context, certain));
    } catch (error) {
      return undecided(error, 'pin');
    }
  }

  /** An administrator asks for an SMS to every usable token of the subject; no PIN. */
  async trigger(subject: Subject & TriggerWishes, context: Context): Promise<Outcome> {
    try {
      return await asOfNow(this.with_.tokens, () => lookAgain(this.with_, subject), (certain) => this.triggerAll(subject, context, certain));
    } catch (error) {
      return undecided(error, 'trigger');
    }
  }

  private async triggerAll(subject: Subject & TriggerWishes, context: Context, certain: Certain): Promise<Outcome> {
    const found = await findTokens(this.with_, subject, 'trigger', context);
    if ('kind' in found) return found;
    const usable = found.filter(isUsable);
    if (usable.length === 0) {
      await certain(found);
      return this.refuseUnusable(found, 'trigger', context);
    }
    const sent = await askForSms(this.with_, usable, 'administrator', subject, context);
    const outcome = await sent();
    const passedOver = found.flatMap(({ serial, facts: { token, now } }) => { const reason = unusable(token, now); return reason === undefined ? [] : [{ serial, reason }]; });
    return outcome.kind === 'challenged' ? { ...outcome, without: [...passedOver, ...outcome.without] } : outcome;
  }

  /**
   * The challenges of a transaction, for whoever knows the PIN of their tokens. With the right PIN it is a look: nothing is written. A wrong
   * one comes out of the budget of attempts, though the old server shows none: who has a transaction id need not have known a PIN, since administrators trigger without one.
   */
  async watch(subject: Watch, context: Context): Promise<readonly WatchedChallenge[]> {
    try {
      const watched = async () => candidatesOf(this.with_, await this.serialsWatched(subject));
      return await asOfNow(this.with_.tokens, watched, async (certain) => this.inTurn(await this.serialsWatched(subject), (candidates) =>
        this.look(candidates, subject, { ...context, correlationId: subject.transactionId }, () => certain(candidates)))) ?? [];
    } catch (error) {
      if (error instanceof Overloaded) return [];
      throw error;
    }
  }

  private async serialsWatched(subject: Watch): Promise<readonly string[]> {
    const { users, tokens } = this.with_;
    const user = subject.login === undefined ? undefined : await users.find(subject.login, subject.realm);
    const own = user ? await tokens.ofOwner(user.login, user.realm) : undefined;
    return (await tokens.inTransaction(subject.transactionId)).filter((serial) =>
      (subject.login === undefined || own?.includes(serial)) && (subject.serial ?? serial) === serial);
  }

  private async decide(attempt: Attempt, context: Context, certain: Certain): Promise<Outcome> {
    const via: Via = attempt.transactionId !== undefined ? 'transaction' : attempt.only === 'otp' ? 'otp' : attempt.only === 'pin' ? 'trigger' : 'pin';
    const settings = await this.with_.settings.current();
    const found = await findTokens(this.with_, attempt, via, context);
    const asksPin = via === 'pin' || via === 'trigger';
    const reader = passReader(this.with_, attempt);
    if ('kind' in found) {
      if (asksPin) await reader.readInVain(attempt.login === undefined ? undefined : await this.with_.users.realmOf(attempt.login, attempt.realm));
      return found;
    }
    const decideOn = async (candidates: readonly Candidate[]): Promise<Outcome | Rest> => {
      const usable = candidates.filter(isUsable);
      if (usable.length > 0) return this.decideAmong(usable, attempt, reader, via, settings, context, () => certain(candidates));
      if (asksPin) await reader.readInVain(realmOf(candidates[0]!.facts.token));
      await certain(candidates);
      return this.refuseUnusable(candidates, via, context);
    };
    const decided = asksPin || attempt.pinWithTransaction ? await this.inTurn(found.map(({ serial }) => serial), decideOn) : await decideOn(found);
    if (decided === undefined) return { kind: 'refused', reason: 'busy', via, tokens: [] };
    // nothing is held while the gateways work: no lock, no transaction, no turn
    const outcome = typeof decided === 'function' ? await decided() : decided;
    if (outcome.kind === 'accepted' && attempt.together) await this.clear(found.filter(({ serial }) => serial !== outcome.serial), context);
    if (outcome.kind === 'accepted') await sendNext(this.with_, outcome.serial, attempt, context);
    return outcome;
  }

  private async decideAmong(usable: readonly Candidate[], attempt: Attempt, reader: PassReader, via: Via, settings: Settings, context: Context, certain: () => Promise<void>): Promise<Outcome | Rest> {
    if (attempt.transactionId !== undefined) return this.answer(usable, attempt, reader, attempt.transactionId, settings, context, certain);
    if (attempt.only === 'otp') return settleCode(this.with_, usable, { codeFor: () => attempt.pass, via: 'otp' }, context);

    const matches = await Promise.all(usable.map((candidate) => reader.read(candidate)));
    const wanting = usable.filter((_, index) => matches[index]!.wholeIsPin);
    const withCode = usable.filter((_, index) => matches[index]!.code !== undefined);
    const codes = new Map(usable.map(({ serial }, index) => [serial, matches[index]!.code]));
    const code = { codeFor: (serial: string) => codes.get(serial)!, via: 'pin' } as const;
    // as in the old servers: a right code wins over a PIN that happens to look like one, and a right PIN over a wrong code
    const right = usable.length > 1 ? withCode.filter((candidate) => wouldTake(candidate, code)) : withCode;
    if (right.length > 0) return settleCode(this.with_, right, code, context);
    if (wanting.length > 0) return askForSms(this.with_, wanting, 'pin', attempt, context);
    await certain();
    const refused = withCode.length > 0 ? await settleCode(this.with_, withCode, code, context) : undefined;
    const others = usable.filter((candidate) => !withCode.includes(candidate));
    if (refused && (refused.kind !== 'refused' || !attempt.together || others.length === 0)) return refused;
    const rejected = await turnDown(this.with_, others, { reason: 'wrong-pin', via, counted: await this.counts(others, settings) }, context);
    return refused ?? rejected;
  }

  private async answer(candidates: readonly Candidate[], attempt: Attempt, reader: PassReader, transactionId: string, settings: Settings, context: Context, certain: () => Promise<void>): Promise<Outcome> {
    const via = 'transaction';
    const inIt = candidates.filter(({ facts }) => challengeOf(facts.token, transactionId) !== undefined);
    if (inIt.length === 0) await certain();
    if (inIt.length === 0) return turnDown(this.with_, candidates, { reason: 'unknown-transaction', via, transactionId, counted: settings.countFalsePin }, context);
    if (!attempt.pinWithTransaction) return settleCode(this.with_, inIt, { codeFor: () => attempt.pass, via, transactionId }, context);
    const codes = new Map(await Promise.all(inIt.map(async (candidate) => {
      const longer = attempt.pass.reveal().length > candidate.facts.token.digits;
      const code = longer ? (await reader.read(candidate, true)).code : undefined;
      return [candidate.serial, code ?? attempt.pass] as const;
    })));
    return settleCode(this.with_, inIt, { codeFor: (serial) => codes.get(serial)!, via, transactionId }, context);
  }

  private async look(candidates: readonly Candidate[], { pin, transactionId }: Watch, context: Context, certain: () => Promise<void>): Promise<WatchedChallenge[]> {
    const settings = await this.with_.settings.current();
    const reader = passReader(this.with_, { pass: pin, only: 'pin' });
    const usable = candidates.filter(isUsable);
    if (usable.length === 0) await reader.readInVain(candidates[0] && realmOf(candidates[0].facts.token));
    const matches = await Promise.all(usable.map((candidate) => reader.read(candidate)));
    const known = usable.filter((_, index) => matches[index]!.wholeIsPin);
    if (known.length === 0) await certain();
    if (usable.length > 0 && known.length === 0) {
      await turnDown(this.with_, usable, { reason: 'wrong-pin', via: 'watch', transactionId, counted: await this.counts(usable, settings) }, context);
    }
    return known.flatMap(({ serial, facts }) => {
      const challenge = challengeOf(facts.token, transactionId);
      return challenge ? [{ serial, challenge }] : [];
    });
  }

  /** Whether a wrong first factor costs an attempt. The password of another system is not to be guessed at without end, whatever the setting says of PINs. */
  private async counts(candidates: readonly Candidate[], { countFalsePin }: Settings): Promise<boolean> {
    const factors = await Promise.all(candidates.map(async ({ facts }) => (await this.with_.settings.current(realmOf(facts.token))).firstFactor));
    return countFalsePin || factors.includes('password');
  }

  /** Every one of these tokens says for itself why it takes part in nothing. */
  private refuseUnusable(candidates: readonly Candidate[], via: Via, context: Context): Promise<Outcome> {
    return turnDown(this.with_, candidates, { reason: 'wrong-pin', via, counted: false }, context);
  }

  private async clear(candidates: readonly Candidate[], context: Context): Promise<void> {
    // a command of its own: the challenges of the same tokens may have been closed by this one already
    const clearing = { ...context, commandId: `${context.commandId}/clear` };
    await Promise.all(candidates.map(({ serial }) => this.with_.handler.handle(serial, clearing, resetFailCounter)));
  }

  /** @param work gets the tokens as they are when it is their turn @returns undefined when too many wait: nothing was done */
  private inTurn<T>(serials: readonly string[], work: (candidates: readonly Candidate[]) => Promise<T>): Promise<T | undefined> {
    return inAllTurns(this.#turns, serials, longestLine, async () => work(await candidatesOf(this.with_, serials)));
  }
}

/** What can be asked again later. */
const undecided = (error: unknown, via: Via): Refused => {
  if (error instanceof Overloaded) return { kind: 'refused', reason: 'overloaded', via, tokens: [] };
  if (error instanceof DirectoryUnavailable) return { kind: 'refused', reason: 'no-directory', via, tokens: [] };
  throw error;
};

type Watch = Subject & { readonly transactionId: string; readonly pin: Secret };

export interface WatchedChallenge {
  readonly serial: string;
  readonly challenge: Challenge;
}
