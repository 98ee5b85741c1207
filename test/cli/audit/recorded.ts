import { randomUUID } from 'node:crypto';
import type { Actor } from '../../../src/events/event.js';
import { tokenStream, type TokenDraft } from '../../../src/events/token.js';
import { Trail } from '../../../src/projections/trail.js';
import { MasterKey } from '../../../src/security/masterKey.js';
import { memoryKeys } from '../../../src/security/memoryKeys.js';
import { openVault } from '../../../src/security/vault.js';
import { Journal, type AnyDraft } from '../../../src/store/journal.js';
import { openMemoryStore } from '../../../src/store/memory/memoryStore.js';

export const user: Actor = { kind: 'user' };
export const admin: Actor = { kind: 'administrator', name: 'admin' };
const dispatcher: Actor = { kind: 'system', name: 'dispatchSms' };

/** A log that is written by hand, and what is needed to read it. Times are minutes and seconds after ten. */
export const recording = async () => {
  let time = '';
  const now = () => new Date(`2026-03-01T10:${time}Z`);
  const { store } = openMemoryStore({ now });
  const opened = await openVault({ master: new MasterKey(Buffer.alloc(32, 7)), keys: memoryKeys(), remembered: 0 });
  if (opened.kind === 'refused') throw new Error(opened.message);
  const { vault } = opened;
  const journal = new Journal(store, vault, 'instance-1');
  const write = async (at: string, stream: string, actor: Actor, ...drafts: AnyDraft[]): Promise<void> => {
    time = at;
    const client = actor.kind === 'system' ? {} : { client: '192.0.2.7' };
    const written = await journal.append(stream, 'any', drafts, { commandId: randomUUID(), actor, correlationId: randomUUID(), ...client });
    if (written.kind !== 'appended') throw new Error(written.kind);
  };
  return {
    store, vault, journal, trail: new Trail(journal), gapless: true, write,
    token: (at: string, actor: Actor, ...drafts: TokenDraft[]) => write(at, tokenStream('SMS1'), actor, ...drafts),
  };
};
export type Recording = Awaited<ReturnType<typeof recording>>;

export const enrolled: TokenDraft = {
  type: 'TokenEnrolled', data: { seed: '3132333435', digits: 6, algorithm: 'sha1', phone: '+4915112345678', dynamicPhone: false, maxFail: 3, realms: ['staff'] },
};
export const issued = (transactionId: string, counter: number, expires: string, supersedes: string[] = []): TokenDraft => ({
  type: 'ChallengeIssued',
  data: {
    transactionId, counter, expiresAt: `2026-03-01T10:${expires}.000Z`, trigger: 'pin', gateways: ['main', 'spare'], supersedes, siblings: ['SMS1'],
    leaseUntil: `2026-03-01T10:${expires}.000Z`, text: 'Your code: <otp>',
  },
});
const dispatched = (transactionId: string, gateway: string): TokenDraft => ({ type: 'SmsDispatched', data: { transactionId, gateway, messageId: 'm-1' } });
const rejected = (reason: 'wrong-code' | 'expired', transactionId: string, counted: boolean): TokenDraft => ({
  type: 'AttemptRejected', data: { reason, via: 'transaction', transactionId, counted },
});
const answered = (transactionId: string, counter: number): TokenDraft => ({ type: 'ChallengeAnswered', data: { transactionId, counter, via: 'transaction' } });

/** A token that was enrolled, used, guessed at and locked. */
export const lifeOfAToken = async (): Promise<Recording> => {
  const log = await recording();
  await log.token('00:00', admin, enrolled,
    { type: 'TokenAssigned', data: { login: 'hans', realm: 'staff', resolver: 'passwd' } },
    { type: 'PinSet', data: { pinHash: '$argon2id$the-hash' } });
  await log.token('01:00', user, issued('1001', 1, '06:00'));
  await log.token('01:01', dispatcher, dispatched('1001', 'main'));
  await log.token('02:00', user, rejected('wrong-code', '1001', true));
  await log.token('02:30', user, answered('1001', 1));
  await log.write('03:00', 'settings', admin, { type: 'SettingChanged', data: { key: 'sms.text', value: 'Code: <otp>', secret: false } });
  await log.token('10:00', user, issued('1002', 2, '15:00'));
  await log.token('10:02', dispatcher, { type: 'SmsDispatchFailed', data: { transactionId: '1002', gateway: 'main', outcome: 'unavailable', reason: 'connection refused', final: false } });
  await log.token('10:03', dispatcher, dispatched('1002', 'spare'));
  await log.token('16:00', user, rejected('expired', '1002', false));
  await log.token('20:00', user, issued('1003', 3, '25:00', ['1002']));
  for (const at of ['20:10', '20:11', '20:12']) await log.token(at, user, rejected('wrong-code', '1003', true));
  await log.token('20:12', user, { type: 'TokenLocked', data: { failCount: 3 } });
  return log;
};
