import { concatMap, defer, finalize, from, retry, timer, type Observable } from 'rxjs';
import type { Context } from '../commands/context.js';
import { claimSend, recordDispatch, type Attempted } from '../commands/dispatch.js';
import type { Clock, SettingsReader, Users } from '../commands/ports.js';
import type { Challenge, Token } from '../commands/token.js';
import type { Facts, TokenHandler } from '../commands/tokenHandler.js';
import { referenceOf } from '../commands/tokenReceipts.js';
import { serialOf, tokenStream, type TokenEvent } from '../events/token.js';
import type { Message, SendOutcome } from '../gateways/gateway.js';
import { measure } from '../sms/measure.js';
import type { Journal } from '../store/journal.js';
import type { Checkpoints, StoredRecord } from '../store/port.js';
import { subscribe } from '../store/subscription.js';
import type { DeliveryReports } from './deliveries.js';
import { InOrder } from './inOrder.js';
import type { WrittenMessages } from './messageArrivals.js';
import { smsText } from './smsText.js';

export interface DispatchSmsDependencies {
  readonly journal: Journal;
  readonly checkpoints: Checkpoints;
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

/** So many sends are under way at once; when they are, the reading of further events waits. */
const concurrentSends = 1000;
const pauseAfterFault = 1000;
const name = 'dispatchSms';

/**
 * Sends the SMS of every challenge that was issued, and writes down how that went. It has a position of its own and no way to be rebuilt:
 * what was sent is in the token's stream, so that an event that is met a second time is seen to be done.
 */
export const dispatchSms = (with_: DispatchSmsDependencies): Observable<unknown> => {
  /** Sends that are under way, by the position of their events; after a fault of the subscription they are met again and must not be sent twice. */
  const underWay = new Map<number, Promise<void>>();
  const once = async (event: Issued, signal: AbortSignal): Promise<void> => {
    const earlier = underWay.get(event.position);
    if (earlier && (await earlier.then(() => true, () => false))) return;
    const sending = sendChallenge(with_, event, signal).finally(() => underWay.delete(event.position));
    underWay.set(event.position, sending);
    with_.deliveries.awaitBeforeClosing(sending);
    return sending;
  };
  return defer(() => from(with_.checkpoints.load(name))).pipe(
    concatMap((after) => {
      const inOrder = new InOrder(after, concurrentSends, (position) => with_.checkpoints.save(name, position));
      const abort = new AbortController();
      return subscribe(with_.journal.store, { after, filter: { types: ['ChallengeIssued'] } }, (record) => {
        const event = readable(with_, record);
        return event ? inOrder.start(event.position, () => once(event, abort.signal)) : [];
      }).pipe(finalize(() => abort.abort()));
    }),
    retry({
      delay: (error: unknown) => {
        with_.warn('the sending of SMS was interrupted and begins again', { err: error });
        return timer(pauseAfterFault);
      },
    }),
  );
};

type Issued = Extract<TokenEvent, { type: 'ChallengeIssued' }>;

/** An event that cannot be read holds up nobody else; it is said aloud, and a trigger brings a new challenge. */
const readable = (with_: DispatchSmsDependencies, record: StoredRecord): Issued | undefined => {
  try {
    return with_.journal.decode(record) as Issued;
  } catch (error) {
    with_.warn('a challenge cannot be read and is not sent', { position: record.position, err: error });
    return undefined;
  }
};

/** @throws Interrupted when the signal aborts before it is settled: then it was not done, and is met again */
const sendChallenge = async (with_: DispatchSmsDependencies, issued: Issued, signal: AbortSignal): Promise<void> => {
  const serial = serialOf(issued.stream);
  const { transactionId, gateways, expiresAt } = issued.data;
  for (let round = 0; !signal.aborted; round++) {
    try {
      const context = contextOf(issued, `claim/${with_.instance}/${round}`);
      const lease = await with_.leaseFor(gateways);
      const may = await with_.handler.handle(serial, context, (facts) =>
        claimSend(facts, { transactionId, instance: with_.instance, lease, alone: with_.alone }));
      if (may.kind === 'no') return;
      if (may.kind === 'go') return await tryGateways(with_, issued, may.challenge, round, signal);
      await pause(may.kind === 'wait' ? Date.parse(may.until) - with_.clock.now().getTime() : pauseAfterFault, signal);
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      // the challenge stays pending: as long as its code lives, the send is tried again
      with_.warn('an SMS could not be dispatched', { serial, transactionId, err: error });
      if (with_.clock.now().toISOString() >= expiresAt) return;
      await pause(pauseAfterFault, signal);
    }
  }
  throw new Interrupted();
};

/** The service is being stopped, or the reading of events begins again. */
class Interrupted extends Error {}

/** One gateway after another with the same code, until one takes it. */
const tryGateways = async (with_: DispatchSmsDependencies, issued: Issued, challenge: Challenge, round: number, signal: AbortSignal): Promise<void> => {
  const serial = serialOf(issued.stream);
  const { transactionId } = challenge;
  let uncertain = challenge.uncertain;
  for (const [index, gateway] of challenge.gateways.entries()) {
    if (signal.aborted) throw new Interrupted();
    const facts = await with_.handler.facts(serial);
    const attempted = await trySend(with_, serial, facts, challenge, gateway);
    // a gateway that is closed because the service stops says nothing about the message: the next start sends it
    if (signal.aborted && attempted.kind === 'unavailable') throw new Interrupted();
    const final = attempted.kind === 'sent' || index === challenge.gateways.length - 1;
    uncertain ||= attempted.kind === 'unknown';
    await record(with_, issued, attempted, final, `${with_.instance}/${round}/${gateway}/${index}`, signal);
    if (final) return with_.deliveries.report(transactionId, serial, attempted.kind === 'sent' ? 'sent' : uncertain ? 'unknown' : 'failed');
  }
};

/** Writes down how a gateway answered; tries again while the store takes nothing, for what is not written is sent again after a restart. */
const record = async (with_: DispatchSmsDependencies, issued: Issued, attempted: Attempted, final: boolean, what: string, signal: AbortSignal): Promise<void> => {
  const serial = serialOf(issued.stream);
  const { transactionId, expiresAt } = issued.data;
  for (;;) {
    const recorded = await with_.handler.handle(serial, contextOf(issued, what), (current) => recordDispatch(current, transactionId, attempted, final))
      .catch((error: unknown) => with_.warn('how an SMS was sent could not be written down', { serial, transactionId, err: error }));
    if (typeof recorded === 'boolean') {
      if (attempted.kind === 'sent' && attempted.messageId !== undefined) with_.arrivals.written(attempted.gateway, attempted.messageId);
      return;
    }
    if (signal.aborted) throw new Interrupted();
    if (with_.clock.now().toISOString() >= expiresAt) return;
    await pause(pauseAfterFault, signal);
  }
};

const trySend = async (with_: DispatchSmsDependencies, serial: string, { token, codeAt }: Facts, challenge: Challenge, gateway: string): Promise<Attempted> => {
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

const phoneOf = async (with_: DispatchSmsDependencies, serial: string, token: Token): Promise<string | undefined> => {
  const stream = tokenStream(serial);
  if (!token.dynamicPhone) return with_.journal.unseal(stream, token.phone);
  const login = token.owner && (await with_.journal.unseal(stream, token.owner.login));
  return login === undefined ? undefined : (await with_.users.find(login, token.owner!.realm))?.mobile;
};

const contextOf = (issued: TokenEvent, what: string): Context => ({
  commandId: `${issued.id}/${name}/${what}`, actor: { kind: 'system', name }, correlationId: issued.correlationId, causationId: issued.id,
});

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => { clearTimeout(timer); signal.removeEventListener('abort', end); resolve(); };
    const timer = setTimeout(end, Math.max(0, milliseconds));
    signal.addEventListener('abort', end);
  });

