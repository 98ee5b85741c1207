import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Secret } from '../../security/secret.js';
import type { Dialogue } from './dialogue.js';
import type { Times } from './times.js';

/**
 * PINs that were entered and not accepted, by port, for as long as the process lives: three wrong ones lock a SIM card, so that none is
 * tried twice, however often the gateway is opened. Only digests are kept.
 */
const refused = new Set<string>();

/**
 * Makes the SIM card ready, with its PIN if it wants that (3GPP TS 27.007, 8.3).
 * @returns why it is not ready
 */
export const unlock = async (dialogue: Dialogue, { port, pin, times }: { readonly port: string; readonly pin?: Secret | undefined; readonly times: Times }): Promise<string | undefined> => {
  let entered: string | undefined;
  for (let left = Math.ceil(times.settle / times.poll); ; left -= 1) {
    const state = await ask(dialogue, times);
    if ('problem' in state) return state.problem;
    if (state.code === 'READY') {
      // only the card itself proves a PIN; an OK may be late and of another command
      if (entered !== undefined) refused.delete(entered);
      return undefined;
    }
    if (state.code === 'SIM PIN' && entered === undefined) {
      const result = await enter(dialogue, port, pin, times);
      if ('problem' in result) return result.problem;
      entered = result.digest;
    } else if (state.code !== 'busy' && entered === undefined) return wanted(state.code);
    if (left <= 0) return 'the SIM card does not become ready';
    await pause(times.poll);
  }
};

/** The word after `+CPIN:`, or `busy` while the card starts. */
const ask = async (dialogue: Dialogue, { command }: Times): Promise<{ readonly code: string } | { readonly problem: string }> => {
  const answer = await dialogue.ask('AT+CPIN?', { timeout: command, answer: /^\+CPIN:/, certain: true });
  if (answer.kind === 'ok') return { code: answer.lines[0]!.replace(/^\+CPIN: */, '') };
  if (answer.kind !== 'fault') return { problem: 'the modem does not answer' };
  const { from, code } = answer.fault;
  if (code === 310 || (from === 'cme' && code === 10)) return { problem: 'there is no SIM card in the modem' };
  if (code === 314 || (from === 'cme' && (code === 14 || code === 515))) return { code: 'busy' };
  if (from === 'plain') return { code: 'READY' };
  return { problem: 'the SIM card does not answer' };
};

const wanted = (code: string): string => (/PUK/.test(code) ? 'the SIM card is locked and wants its PUK: unlock it in a phone' : 'the SIM card or the modem wants a code that is not its PIN');

const enter = async (
  dialogue: Dialogue, port: string, pin: Secret | undefined, { command, settle }: Times,
): Promise<{ readonly digest: string } | { readonly problem: string }> => {
  if (!pin) return { problem: 'the SIM card wants its PIN: give it as the option pin' };
  const digest = createHash('sha256').update(`${port}\0${pin.reveal()}`).digest('base64');
  if (refused.has(digest)) return { problem: 'the SIM card did not take this PIN before, so that it is not tried again: give the right one as the option pin' };
  // not every modem can say how often the PIN may still be tried
  const left = await dialogue.ask('AT+CPINR', { timeout: command, answer: /^\+CPINR: *SIM PIN,/ });
  if (left.kind !== 'ok' && left.kind !== 'fault') return { problem: 'the modem does not answer' };
  if (left.kind === 'ok' && Number(left.lines[0]?.split(',')[1]) <= 1) return { problem: 'the SIM card takes one more try of its PIN only, which is left to you: put the card into a phone and enter the PIN' };
  refused.add(digest);
  const answer = await dialogue.ask(`AT+CPIN="${pin.reveal()}"`, { timeout: settle });
  if (answer.kind === 'ok') return { digest };
  return { problem: answer.kind === 'fault' ? 'the SIM card does not take the PIN' : 'the modem did not answer when the PIN was entered' };
};
