import type { TokenDetails } from '../../projections/queries.js';
import { isLocked } from '../../commands/token.js';
import { toTheMinute, withOffset } from './times.js';

/** A token in the list, in privacyIDEA's words. Never the seed. */
export const tokenRecord = (details: TokenDetails) => {
  const { serial, number, token, description, owner } = details;
  return {
    id: number, serial, tokentype: 'sms', description: description ?? '', active: token.enabled, revoked: token.revoked,
    // privacyIDEA calls locked what was revoked; a full fail counter shows in the counter
    locked: token.revoked, rollout_state: 'enrolled',
    count: token.counter, count_window: token.countWindow, sync_window: token.syncWindow, otplen: token.digits,
    failcount: Math.min(token.failCount, token.maxFail), maxfail: token.maxFail, info: tokenInfo(details),
    realms: token.realms.map((realm) => realm.toLowerCase()), tokengroup: [], container_serial: '',
    username: owner?.login ?? '', user_id: owner?.userId ?? '', user_realm: owner?.realm ?? '', resolver: owner?.resolver ?? '', user_editable: false,
  };
};
export type TokenRecord = ReturnType<typeof tokenRecord>;

/** Texts only, as clients know them; what says nothing is left out. */
const tokenInfo = ({ token, phone, info }: TokenDetails): Record<string, string> => {
  const texts: Record<string, string | undefined> = {
    ...info,
    ...(token.dynamicPhone ? { dynamic_phone: '1' } : { phone }),
    hashlib: token.algorithm,
    tokenkind: 'software',
    'sms.identifier': token.gateway,
    creation_date: token.enrolledAt && withOffset(token.enrolledAt),
    assignment_date: token.assignedAt && withOffset(token.assignedAt),
    last_auth: token.lastSuccessAt && withOffset(token.lastSuccessAt),
    failcounter_exceeded: isLocked(token) && token.lockedAt ? withOffset(token.lockedAt) : undefined,
    validity_period_start: token.validFrom && toTheMinute(token.validFrom),
    validity_period_end: token.validUntil && toTheMinute(token.validUntil),
    count_auth: counted(token.logins),
    count_auth_success: counted(token.successes),
    count_auth_max: counted(token.maxLogins),
    count_auth_success_max: counted(token.maxSuccesses),
  };
  return Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));
};

const counted = (count: number): string | undefined => (count > 0 ? String(count) : undefined);
