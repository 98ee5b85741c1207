import { setTimeout as pause } from 'node:timers/promises';
import type { Gateway, GatewayKind, Message, SendOutcome, Surroundings } from '../gateway.js';
import { numberWriter } from '../number.js';
import { sentAs } from '../sentAs.js';
import { bind } from './bind.js';
import { decodeMessageId, encodeShortMessage, type ShortMessage } from './bodies.js';
import type { Answer, Connection } from './connection.js';
import { linotpSmppForm } from './linotpForm.js';
import { keptId } from './messageIds.js';
import { shortMessages } from './messages.js';
import { smppOptions, type SmppOptions } from './options.js';
import { commands } from './pdu.js';
import { privacyideaSmppForm } from './privacyideaForm.js';
import { receiptTaker } from './receiptTaker.js';
import { keptSession, type Pace } from './session.js';
import { isThrottling, outcomeOf } from './statuses.js';
import { adaptiveWindow } from './window.js';

/** Milliseconds after which a part is submitted again that the SMSC has put off; after the last one it is given up. */
const usualPauses = [200, 500, 1_000];
const usualPace: Pace = { first: 1_000, longest: 60_000 };

/**
 * A gateway that speaks SMPP 3.4 with an SMSC.
 * @param pace of the attempts to get a lost line back
 * @param pauses between the attempts to submit what was put off
 */
export const smppGatewayWith = (pace: Pace, pauses: readonly number[]): GatewayKind<SmppOptions> => ({
  kind: 'smpp',
  description: 'Speaks SMPP 3.4 with the SMSC of a network or an aggregator',
  schema: smppOptions,
  forms: [linotpSmppForm, privacyideaSmppForm],
  timeout: ({ connectTimeout, timeout }) => (connectTimeout + timeout) * 1000,
  concurrency: ({ window }) => window,
  listens: ({ receipts }) => receipts,
  open: (_, options, surroundings) => open(options, surroundings, pace, pauses),
});

export const smppGateway = smppGatewayWith(usualPace, usualPauses);

/** Milliseconds that the SMSC has for its goodbye. */
const farewell = 1_000;

const open = (options: SmppOptions, surroundings: Surroundings, pace: Pace, pauses: readonly number[]): Gateway => {
  const number = numberWriter(options.number);
  const window = adaptiveWindow(options.window);
  const sending = new Set<Promise<SendOutcome>>();
  const receipts = receiptTaker(options.idFormat, surroundings, () => sending.size > 0);
  const place = `${options.host}:${options.port}`;
  const session = keptSession(() => bind(options, { deliver: (body) => receipts.take(body) }), { pace, warn: (problem) => surroundings.warn(`${place}: ${problem}`) });
  let references = Math.floor(Math.random() * 256);
  if (options.receipts) session.start();

  const submit = async (connection: Connection, part: ShortMessage, end: number): Promise<Answer> => {
    const left = (): number => Math.max(1, end - performance.now());
    for (let put = 0; ; put += 1) {
      if (!(await window.enter(left()))) return { kind: 'not sent' };
      const answer = await connection.request(commands.submitSm, encodeShortMessage(part), left());
      const putOff = answer.kind === 'answer' && isThrottling(answer.status);
      window.leave(answer.kind !== 'answer' ? 'none' : putOff ? 'throttled' : 'taken');
      const wait = pauses[put];
      // what was put off was surely not sent
      if (!putOff || wait === undefined || wait >= left()) return answer;
      await pause(wait);
    }
  };

  const send = async (message: Message): Promise<SendOutcome> => {
    const to = number(message.to);
    if (typeof to !== 'string') return { kind: 'rejected', reason: to.problem };
    const parts = shortMessages(message, to, options, (references = (references + 1) % 256));
    if ('problem' in parts) return { kind: 'rejected', reason: parts.problem };
    const connection = await session.bound();
    if ('problem' in connection) return { kind: 'unavailable', reason: connection.problem };
    const end = performance.now() + options.timeout * 1000;
    let id: string | undefined;
    for (const [index, part] of parts.entries()) {
      const answer = await submit(connection, part, end);
      const failure = failureOf(answer);
      // a phone may show the part that it has
      if (failure) return index === 0 ? failure : { kind: 'unknown', reason: `part ${index + 1} of ${parts.length}: ${failure.reason}` };
      id = idOf(answer);
    }
    if (id !== undefined) receipts.expect(id);
    return sentAs(id, message);
  };

  return {
    send: async (message) => {
      const outcome = send(message);
      sending.add(outcome);
      return outcome.finally(() => sending.delete(outcome));
    },
    status: async () => {
      const { bound, since, problem } = session.standing;
      return {
        state: bound ? 'up' : 'down',
        details: { bound, since: since.toISOString(), window: window.size, inUse: window.inUse, ...(problem === undefined ? {} : { problem }) },
      };
    },
    close: async () => {
      await Promise.all(sending);
      await receipts.close();
      const connection = await session.stop();
      await connection?.request(commands.unbind, Buffer.alloc(0), farewell);
      connection?.end('the gateway is being closed');
    },
  };
};

const failureOf = (answer: Answer): Exclude<SendOutcome, { kind: 'sent' }> | undefined => {
  switch (answer.kind) {
    case 'not sent':
      return { kind: 'unavailable', reason: 'the message did not get to the SMSC in time' };
    case 'no answer':
      return { kind: 'unknown', reason: 'the SMSC did not answer in time' };
    case 'lost':
      return { kind: 'unknown', reason: `the line was lost before the SMSC answered: ${answer.cause}` };
    case 'answer':
      return answer.status === 0 ? undefined : outcomeOf(answer.status);
  }
};

/** An answer that cannot be read has no id; the message was taken all the same. */
const idOf = (answer: Answer): string | undefined => {
  try {
    return answer.kind === 'answer' ? keptId(decodeMessageId(answer.body)) : undefined;
  } catch {
    return undefined;
  }
};
