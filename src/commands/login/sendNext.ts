import type { Context } from '../context.js';
import { realmOf } from '../token.js';
import { askForSms } from './askForSms.js';
import { candidatesOf, isUsable, type LoginDependencies, type TriggerWishes } from './attempt.js';

/**
 * Sends the next code after a success, where the settings want it: the next login then needs PIN and code only. The login is decided and its
 * code is spent: nothing that fails here turns it into an error, and nobody waits for the gateway.
 */
export const sendNext = async (with_: LoginDependencies, serial: string, { newTransactionId }: Pick<TriggerWishes, 'newTransactionId'>, context: Context): Promise<void> => {
  try {
    const candidates = (await candidatesOf(with_, [serial])).filter(isUsable);
    const [next] = candidates;
    if (!next || !(await with_.settings.current(realmOf(next.facts.token))).nextCode.atOnce) return;
    const sent = await askForSms(with_, candidates, 'success', { newTransactionId }, { ...context, commandId: `${context.commandId}/next` });
    sent().catch(() => undefined);
  } catch {
    // whoever has no code from here asks for one with his PIN
  }
};
