import { setTimeout as pause } from 'node:timers/promises';
import type { Secret } from '../../security/secret.js';
import type { Dialogue } from './dialogue.js';
import { hasServiceCentre, registration } from './network.js';
import { unlock } from './pin.js';
import type { Times } from './times.js';

export interface SetUp {
  readonly port: string;
  readonly pin?: Secret | undefined;
  readonly smsc?: string | undefined;
  readonly receipts: boolean;
  readonly times: Times;
}

/** What a modem that is ready can do. */
export interface Ready {
  /** Whether it tells of status reports. */
  readonly receipts: boolean;
  /** Whether it knows a service centre, or is told one. */
  readonly serviceCentre: boolean;
}

/** How often a modem is asked for a sign of life. */
const signs = 5;

/**
 * Ways to ask for status reports as they come (3GPP TS 27.005, 3.4.1): each modem knows some of the modes. Received messages stay where
 * they are; only the reports go to the line.
 */
const reports = ['AT+CNMI=2,1,0,1,0', 'AT+CNMI=1,1,0,1,0', 'AT+CNMI=3,1,0,1,0', 'AT+CNMI=2,0,0,1,0'];

/** Makes a modem ready to send in PDU mode, whatever state the one before left it in. @returns in `problem` why it is not */
export const setUp = async (dialogue: Dialogue, { port, pin, smsc, receipts, times }: SetUp): Promise<Ready | { readonly problem: string }> => {
  if (!(await synchronise(dialogue, times))) return { problem: 'the modem does not answer' };
  const ask = (command: string) => dialogue.ask(command, { timeout: times.command });
  await ask('ATE0');
  await ask('AT+CMEE=1');
  const locked = await unlock(dialogue, { port, pin, times });
  if (locked !== undefined) return { problem: locked };
  // reports need no acknowledgement then
  await ask('AT+CSMS=0');
  if ((await ask('AT+CMGF=0')).kind !== 'ok') return { problem: 'the modem cannot send in PDU mode' };
  // keeps the radio link between the parts of a long message; not every modem can
  await ask('AT+CMMS=2');
  let told = false;
  for (const command of receipts ? reports : []) {
    told = (await ask(command)).kind === 'ok';
    if (told) break;
  }
  for (let left = Math.ceil(times.settle / times.poll); left > 0; left -= 1) {
    const state = await registration(dialogue, times.command);
    if (state === 'lost') return { problem: 'the modem does not answer' };
    if (!state.searching) break;
    await pause(times.poll);
  }
  return { receipts: told, serviceCentre: smsc !== undefined || (await hasServiceCentre(dialogue, times.command)) };
};

/**
 * Waits for an answer that only this question can have, so that late ones of an earlier command are past. A modem that was left in its
 * prompt would take everything for an SMS, so that every second time it is taken out of it first.
 */
const synchronise = async (dialogue: Dialogue, { sign }: Times): Promise<boolean> => {
  for (let time = 1; time <= signs; time += 1) {
    if (time % 2 === 0) dialogue.abort();
    const answer = await dialogue.ask('AT+CMGF?', { timeout: sign, answer: /^\+CMGF:/, certain: true });
    if (answer.kind === 'ok') return true;
    // a SIM card that wants its PIN may keep the modem from saying this
    if (answer.kind === 'fault' && time > 1) return true;
    if (answer.kind === 'gone') return false;
  }
  return false;
};
