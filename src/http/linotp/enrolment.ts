import type { Enrolment } from '../../commands/tokenLimits.js';
import type { Token } from '../../commands/token.js';
import { Secret } from '../../security/secret.js';
import type { Action } from './call.js';
import { codes, failure, missing, refusedChange, unknownUser } from './errors.js';
import type { Parameters } from './parameters.js';
import { result, type Failure } from './reply.js';

/** POST /admin/init: enrols a token, or gives an existing one a new seed. The seed is never answered with. */
export const enrol: Action = async ({ parameters, context, application: { tokens } }) => {
  const wish = wishOf(parameters);
  if ('code' in wish) return wish;
  const change = await tokens.enrol(wish, context());
  if (change.kind === 'done') return result(true, { detail: { serial: change.value.serial } });
  return change.reason === 'unknown-user' ? unknownUser(wish.login ?? '') : refusedChange(change);
};

const wishOf = (parameters: Parameters): Enrolment | Failure => {
  const type = parameters.filled('type')?.toLowerCase() ?? 'hmac';
  if (type !== 'sms') return failure(codes.unknownTokenType, `admin/init failed: unknown token type '${type}'`);
  const otpkey = parameters.filled('otpkey');
  if (otpkey !== undefined && isSet(parameters.get('genkey'))) return failure(codes.seedAndGenkey, 'a seed was given and one is to be made: otpkey and genkey exclude each other');
  const seed = otpkey?.replace(/[\s-]/g, '');
  if (seed !== undefined && !/^[0-9a-f]*$/i.test(seed)) return failure(codes.other, 'The provided token seed contains non-hexadecimal characters');
  const digits = parameters.filled('otplen');
  if (digits !== undefined && !/^\d{1,3}$/.test(digits)) return failure(codes.other, 'otplen must be a whole number');
  const algorithm = algorithmOf(parameters.filled('hashlib'));
  if (algorithm === 'unknown') return failure(codes.other, 'hashlib must be sha1, sha256 or sha512');
  const phone = parameters.filled('phone');
  if (phone === undefined) return missing('phone');
  const pin = parameters.get('pin');
  const tokenRealm = parameters.filled('tokenrealm');
  return {
    phone, renew: true, prefix: parameters.filled('prefix') ?? 'LSSM',
    ...given('serial', parameters.filled('serial')), ...given('login', parameters.filled('user')), ...given('realm', parameters.filled('realm')),
    ...given('description', parameters.filled('description')), ...given('algorithm', algorithm), ...given('seed', seed && new Secret(seed)),
    ...given('digits', digits === undefined ? undefined : Number(digits)), ...given('pin', pin === undefined ? undefined : new Secret(pin)),
    ...given('realms', tokenRealm === undefined ? undefined : [tokenRealm]),
  };
};

const given = <K extends string, V>(key: K, value: V | undefined | ''): { [P in K]?: V } => (value === undefined || value === '' ? {} : ({ [key]: value } as { [P in K]?: V }));

const isSet = (flag: string | undefined): boolean => /^(1|true|yes)$/i.test(flag ?? '');

/** @returns undefined where none was given */
export const algorithmOf = (hashlib: string | undefined): Token['algorithm'] | undefined | 'unknown' => {
  const name = hashlib?.toLowerCase();
  return name === undefined || name === 'sha1' || name === 'sha256' || name === 'sha512' ? name : 'unknown';
};
