import { randomUUID } from 'node:crypto';
import type { Context } from '../commands/context.js';
import { claimSend, maySendOn, recordDispatch, type Attempted } from '../commands/dispatch.js';
import type { Clock, SettingsReader, Users } from '../commands/ports.js';
import { challengeOf, type Challenge, type Token } from '../commands/token.js';
import type { Facts, TokenHandler } from '../commands/tokenHandler.js';
import { referenceOf } from '../commands/tokenReceipts.js';
import { tokenStream } from '../events/token.js';
import type { Message, SendOutcome } from '../gateways/gateway.js';
import { measure } from '../sms/measure.js';
import type { Journal } from '../store/journal.js';
import type { DeliveryReports } from './deliveries.js';
import type { WrittenMessages } from './messageArrivals.js';
import { smsText } from './smsText.js';

export interface SendChallengeDependencies {
  readonly journal: Journal;
  readonly handler: TokenHandler;
  readonly settings: SettingsReader;
  readonly users: Users;
  readonly deliveries: DeliveryReports;
  readonly arrivals: WrittenMessages;
  readonly clock: Clock;
  /** Sends through the gateway of that name; a name that nobody defined is an answer too. */
  readonly send: (gateway: string, message: Message) => Promise<SendOutcome>;
  /** Milliseconds that a list of gateways may take at the most. */
  readonly leaseFor: (gateways: readonly string[]) => Promise<number>;
  /** Name of this instance. */
  readonly instance: string;
  /** Whether no other instance can be alive. */
  readonly alone: boolean;
  readonly warn: (problem: string, detail: object) => void;
}

/** A challenge whose SMS is still to be sent, as far as is known. */
export interface Unsent {
  readonly serial: string;
  readonly transactionId: string;
  /** Id of its ChallengeIssued. */
  readonly issuedBy: string;
}

const pauseAfterFault = 1000;
const name = 'dispatchSms';

/** The service is being stopped: what was not sent then is as unsent as before. */
class Interrupted extends Error {}

/**
 * Sends the SMS of one challenge, if this instance may, and writes down how that went. Never throws: what could not be done leaves the
 * challenge as it was, to be found again for as long as its code lives.
 */
export const sendChallenge = async (with_: SendChallengeDependencies, { serial, transactionId, issuedBy }: Unsent, signal: AbortSignal): Promise<void> => {
  const { handler, leaseFor, instance, alone } = with_;
  // a command of its own each time; it begins as the event does that it comes from
  const sending: Sending = { serial, transactionId, commandId: `${issuedBy}/${name}/${randomUUID()}`, causationId: issuedBy };
  try {
    const may = await handler.handle(serial, contextOf(sending, 'claim'), async (facts) =>
      claimSend(facts, { transactionId, instance, alone, lease: await leaseFor(challengeOf(facts.token, transactionId)?.gateways ?? []) }));
    if (may.kind === 'go') await tryGateways(with_, sending, may.challenge, signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) with_.warn('an SMS could not be dispatched', { serial, transactionId, err: error });
  }
};

interface Sending {
  readonly serial: string;
  readonly transactionId: string;
  readonly commandId: string;
  readonly causationId: string;
}

/** One gateway after another with the same code, until one takes it, or the send is in other hands. */
const tryGateways = async (with_: SendChallengeDependencies, sending: Sending, { gateways, uncertain: before }: Challenge, signal: AbortSignal): Promise<void> => {
  const { handler, deliveries, instance } = with_;
  const { serial, transactionId } = sending;
  let uncertain = before;
  for (const [index, gateway] of gateways.entries()) {
    if (signal.aborted) throw new Interrupted();
    const facts = await handler.facts(serial);
    const challenge = challengeOf(facts.token, transactionId);
    if (!challenge || !maySendOn(challenge, facts.now, instance)) return;
    const attempted = await trySend(with_, serial, facts, challenge, gateway);
    // a gateway that is closed because the service stops says nothing about the message: the next start sends it
    if (signal.aborted && attempted.kind === 'unavailable') throw new Interrupted();
    const last = index === gateways.length - 1;
    uncertain ||= attempted.kind === 'unknown';
    const stands = await record(with_, sending, attempted, last, `${gateway}/${index}`, challenge.expiresAt, signal);
    if (!stands) return;
    if (attempted.kind === 'sent' || last) return deliveries.report(transactionId, serial, attempted.kind === 'sent' ? 'sent' : uncertain ? 'unknown' : 'failed');
  }
};

/** Writes down how a gateway answered; tries again while the store takes nothing, for what is not written is sent again. @returns whether the challenge stands like this */
const record = async (with_: SendChallengeDependencies, sending: Sending, attempted: Attempted, last: boolean, what: string, expiresAt: string, signal: AbortSignal): Promise<boolean> => {
  const { handler, arrivals, clock, instance, warn } = with_;
  const { serial, transactionId } = sending;
  for (;;) {
    const recorded = await handler.handle(serial, contextOf(sending, what), (current) => recordDispatch(current, { transactionId, instance }, attempted, last))
      .catch((error: unknown) => warn('how an SMS was sent could not be written down', { serial, transactionId, err: error }));
    if (typeof recorded === 'boolean') {
      if (attempted.kind === 'sent' && attempted.messageId !== undefined) arrivals.written(attempted.gateway, attempted.messageId);
      return recorded;
    }
    if (signal.aborted) throw new Interrupted();
    if (clock.now().toISOString() >= expiresAt) return false;
    await pause(pauseAfterFault, signal);
  }
};

const trySend = async (with_: SendChallengeDependencies, serial: string, { token, codeAt }: Facts, challenge: Challenge, gateway: string): Promise<Attempted> => {
  const left = Date.parse(challenge.expiresAt) - with_.clock.now().getTime();
  if (left <= 0) return { kind: 'rejected', gateway, reason: 'the code ran out before it could be sent' };
  // gateways count in whole seconds, and zero means something else to some of them
  const validity = Math.max(1, Math.floor(left / 1000));
  const to = await phoneOf(with_, serial, token);
  if (!to) return { kind: 'rejected', gateway, reason: 'there is no phone number to send to' };
  const text = await smsText(with_, { serial, token, challenge, code: codeAt(challenge.counter), to, now: with_.clock.now() });
  const outcome = await with_.send(gateway, { to, text, reference: referenceOf(challenge.transactionId, serial), validity });
  if (outcome.kind !== 'sent') return { ...outcome, gateway };
  const { encoding, segments } = measure(text.reveal());
  return { ...outcome, gateway, encoding, segments };
};

const phoneOf = async (with_: SendChallengeDependencies, serial: string, token: Token): Promise<string | undefined> => {
  const stream = tokenStream(serial);
  if (!token.dynamicPhone) return with_.journal.unseal(stream, token.phone);
  const login = token.owner && (await with_.journal.unseal(stream, token.owner.login));
  return login === undefined ? undefined : (await with_.users.find(login, token.owner!.realm))?.mobile;
};

const contextOf = ({ commandId, causationId, transactionId }: Sending, what: string): Context =>
  ({ commandId: `${commandId}/${what}`, actor: { kind: 'system', name }, correlationId: transactionId, causationId });

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => { clearTimeout(timer); signal.removeEventListener('abort', end); resolve(); };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
