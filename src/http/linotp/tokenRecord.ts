import type { User } from '../../commands/ports.js';
import type { TokenDetails } from '../../projections/queries.js';

/** The record of a token in /admin/show. Every value is there; what a token has not is an empty text. */
export type TokenRecord = Readonly<Record<string, string | number | boolean | readonly string[] | object>>;

export interface RecordOptions {
  /** Whether `LinOtp.TokenInfo` is an object instead of its text. */
  readonly infoAsObject: boolean;
  /** Whether to say when the token was last used. */
  readonly lastAccess: boolean;
}

/**
 * @param owner the owner in the user directory; undefined where the directory knows him no more, or there is none
 */
export const tokenRecord = ({ serial, number, token, phone, description, owner: written, info }: TokenDetails, owner: User | undefined, { infoAsObject, lastAccess }: RecordOptions): TokenRecord => {
  const tokenInfo = {
    ...info,
    ...(phone === undefined ? {} : { phone }),
    hashlib: token.algorithm,
    ...(token.maxLogins > 0 ? { count_auth_max: token.maxLogins, count_auth: token.logins } : {}),
    ...(token.maxSuccesses > 0 ? { count_auth_success_max: token.maxSuccesses, count_auth_success: token.successes } : {}),
    ...(token.validFrom ? { validity_period_start: shortDate(token.validFrom) } : {}),
    ...(token.validUntil ? { validity_period_end: shortDate(token.validUntil) } : {}),
  };
  const used = lastAccess ? httpDate(token.lastSuccessAt) : '';
  const unknownOwner = written && !owner ? '/:no user info:/' : '';
  return {
    'LinOtp.TokenId': number,
    'LinOtp.TokenDesc': description ?? '',
    'LinOtp.TokenSerialnumber': serial,
    'LinOtp.TokenType': 'sms',
    'LinOtp.TokenInfo': infoAsObject ? tokenInfo : spaced(tokenInfo),
    'LinOtp.IdResolver': written?.resolver ?? '',
    'LinOtp.IdResClass': written?.resolver ?? '',
    'LinOtp.Userid': written ? (owner?.userId ?? written.userId ?? '') : '',
    'LinOtp.OtpLen': token.digits,
    'LinOtp.MaxFail': token.maxFail,
    'LinOtp.Isactive': token.enabled,
    'LinOtp.FailCount': token.failCount,
    'LinOtp.Count': token.counter,
    'LinOtp.CountWindow': token.countWindow,
    'LinOtp.SyncWindow': token.syncWindow,
    'LinOtp.CreationDate': httpDate(token.enrolledAt),
    'LinOtp.LastAuthSuccess': used,
    'LinOtp.LastAuthMatch': used,
    'LinOtp.RealmNames': token.realms,
    'User.description': owner ? '' : unknownOwner,
    'User.userid': owner?.userId ?? unknownOwner,
    'User.username': owner?.login ?? unknownOwner,
    'User.givenname': owner?.givenName ?? '',
    'User.surname': owner?.surname ?? '',
    'User.email': owner?.email ?? '',
    'User.mobile': owner?.mobile ?? '',
    'User.phone': owner?.phone ?? '',
  };
};

/** `Sun, 22 Nov 2026 08:03:26 GMT`. */
const httpDate = (instant: string | undefined): string => (instant ? new Date(instant).toUTCString() : '');

/** `22/11/26 08:03`, UTC. */
const shortDate = (instant: string): string => {
  const [, year, month, day, time] = /^\d\d(\d\d)-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(new Date(instant).toISOString())!;
  return `${day}/${month}/${year} ${time}`;
};

/** JSON in one line, with blanks where LinOTP puts them. */
const spaced = (object: object): string =>
  `{${Object.entries(object).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(', ')}}`;
