import { randomInt } from 'node:crypto';
import { decodeStatusReport } from '../../sms/statusReport.js';
import { encodeSubmit, type Pdu } from '../../sms/submit.js';
import type { Gateway, GatewayKind, Message, SendOutcome, Surroundings } from '../gateway.js';
import { numberWriter } from '../number.js';
import { awaitedReports } from './awaitedReports.js';
import { openConnection, type Connection, type Session } from './connection.js';
import { handOver, type HandedOver } from './handOver.js';
import type { OpenLine } from './line.js';
import { lineStatus } from './lineStatus.js';
import { linotpForm } from './linotpForm.js';
import { meaningOf } from './modemFault.js';
import { registration } from './network.js';
import { modemOptions, type ModemOptions } from './options.js';
import { serialLine } from './serialLine.js';
import { tellUntilKnown } from './tellUntilKnown.js';
import { usualTimes, type Times } from './times.js';

/** A modem at a serial port; `lineTo` and `times` are otherwise in tests. */
export const modemKind = ({ lineTo = serialLine, times = usualTimes }: { lineTo?: (options: ModemOptions) => OpenLine; times?: Times } = {}): GatewayKind<ModemOptions> => ({
  kind: 'modem',
  description: 'Sends by a GSM or LTE modem at a serial port',
  schema: modemOptions,
  forms: [linotpForm],
  timeout: ({ timeout }) => timeout * 1_000,
  concurrency: () => 1,
  listens: ({ receipts }) => receipts,
  open: (name, options, surroundings) => open(name, options, surroundings, lineTo(options), times),
});

export const modemGateway = modemKind();

const open = (name: string, options: ModemOptions, surroundings: Surroundings, openLine: OpenLine, times: Times): Gateway => {
  const { receipts, smsc, timeout } = options;
  const write = numberWriter(options.number);
  const awaited = awaitedReports();
  const reports = tellUntilKnown((receipt) => surroundings.receipt(receipt), times.again);
  // chance keeps the parts of messages before and after a restart apart
  let reference = randomInt(256);

  const heard = (text: string, announced?: string): void => {
    if (!text.startsWith('+CDS:') || announced === undefined) return;
    const report = decodeStatusReport(announced);
    // in turn, since the report may come before the modem has said which number the message has
    if (report) void connection.inTurn(async () => {
      const messageId = awaited.find(report);
      if (messageId !== undefined) reports.tell({ messageId, state: report.state, detail: report.detail });
    });
  };
  const connection = openConnection({ ...options, gateway: name, openLine, times, heard, warn: (problem) => surroundings.warn(problem) });

  const send = async (message: Message): Promise<SendOutcome> => {
    const deadline = performance.now() + timeout * 1_000;
    const remaining = (): number => deadline - performance.now();
    const to = write(message.to);
    if (typeof to === 'object') return { kind: 'rejected', reason: to.problem };
    reference = (reference + 1) % 256;
    const pdus = encodeSubmit({ to, text: message.text.reveal(), validity: message.validity, report: receipts, reference, ...(smsc === undefined ? {} : { serviceCentre: smsc }) });
    if ('problem' in pdus) return { kind: 'rejected', reason: pdus.problem };
    return connection.inTurn(async () => {
      const session = await connection.session(remaining());
      if ('problem' in session) return { kind: 'unavailable', reason: session.problem };
      const state = await registration(session.dialogue, Math.min(times.command, remaining()));
      if (state === 'lost') {
        connection.drop(session, 'the modem does not answer');
        return { kind: 'unavailable', reason: 'the modem does not answer' };
      }
      if (!state.registered) return { kind: 'unavailable', reason: `the modem is not in a network: ${state.words}` };
      const result = await handOverAll(connection, session, pdus, remaining, times, (problem) => surroundings.warn(problem));
      if (result.kind !== 'sent') return { kind: result.kind, reason: result.reason };
      if (!session.ready.receipts || result.messageNumber === undefined) return { kind: 'sent' };
      return { kind: 'sent', messageId: awaited.expect({ messageNumber: result.messageNumber, to, validity: Math.max(message.validity, leastValidity) }) };
    });
  };

  return {
    send,
    status: () => lineStatus(connection, times),
    close: async () => {
      await connection.close();
      reports.close();
    },
  };
};

/** The network tries for 5 minutes at least, in seconds. */
const leastValidity = 300;

/** Hands over one SMS after the other. After the first was sent, a failure leaves a message of which the receiver may see a part. */
const handOverAll = async (
  connection: Connection, session: Session, pdus: readonly Pdu[], remaining: () => number, times: Times, warn: (problem: string) => void,
): Promise<HandedOver> => {
  let last: HandedOver = { kind: 'unavailable', reason: 'there is nothing to send' };
  for (const [index, pdu] of pdus.entries()) {
    // a modem that was started anew behind our back may have gone back to text mode, in which it would send the PDU as a text
    const mode = await session.dialogue.ask('AT+CMGF=0', { timeout: Math.min(times.command, remaining()) });
    last = mode.kind === 'ok' ? await handOver(session.dialogue, pdu, remaining, times)
      : mode.kind === 'fault' ? meaningOf(mode.fault, false)
        : { kind: 'unavailable', reason: 'the modem does not answer', unfinished: true };
    if (last.remedy === 'purge') {
      warn('the memory of the modem is full: all messages in it are deleted');
      await session.dialogue.ask('AT+CMGD=1,4', { timeout: Math.min(times.prompt, remaining()) });
      last = await handOver(session.dialogue, pdu, remaining, times);
    }
    if (last.unfinished || last.remedy === 'set up again') connection.drop(session, last.kind === 'sent' ? 'the modem did not come to an end' : last.reason);
    if (last.kind !== 'sent' && index > 0) return { kind: 'unknown', reason: `SMS ${index + 1} of ${pdus.length} failed after the others were sent: ${last.reason}` };
    if (last.kind !== 'sent') return last;
    if (last.unfinished && index < pdus.length - 1) return { kind: 'unknown', reason: `the modem did not come to an end after SMS ${index + 1} of ${pdus.length}` };
  }
  return last;
};
