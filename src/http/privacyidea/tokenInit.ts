import { z } from 'zod';
import type { Token } from '../../commands/token.js';
import { Secret } from '../../security/secret.js';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf } from './changes.js';
import { value, type Answer } from './envelope.js';
import { forbidden, missing, parameterError, tokenError, unknownTokenType, userNotInRealm, type WireError } from './errors.js';
import { flag, list, name, scalar, text, wholeNumber } from './parameters.js';
import { route, type Call } from './route.js';
import { fromBase32Check } from './seeds.js';
import { existingUser, subjectParameters } from './subject.js';
import { readTime } from './times.js';

const initParameters = z.object({
  ...subjectParameters, type: name.default('hotp'), phone: name.optional(), dynamic_phone: scalar.optional(), 'sms.identifier': name.optional(), genkey: flag,
  otpkey: text.optional(), otpkeyformat: name.optional(), otplen: wholeNumber.optional(), hashlib: z.enum(['sha1', 'sha256', 'sha512']).optional(),
  pin: text.optional(), description: text.optional(), tokenrealm: list.optional(),
  validity_period_start: name.optional(), validity_period_end: name.optional(),
});
type InitParameters = z.infer<typeof initParameters>;

/** Enrols an SMS token, or gives an existing one a new seed. The seed is nobody's but the server's and is not given back. */
const init = async ({ parameters, context }: Call<InitParameters>, { application }: HttpDependencies): Promise<Answer> => {
  const { tokens, users, now } = application;
  if (parameters.type.toLowerCase() !== 'sms') return unknownTokenType;
  // which gateways may be named here is a policy there, and there is none
  if (parameters['sms.identifier'] !== undefined) return forbidden('The requested sms.identifier is not allowed to be enrolled.');
  const user = await existingUser(parameters, application);
  if (user?.kind === 'error') return user;
  if (!user && parameters.realm !== undefined && !users.realms().some((realm) => realm.toLowerCase() === parameters.realm!.toLowerCase())) return userNotInRealm;
  const dynamicPhone = (parameters.dynamic_phone ?? '') !== '';
  if (!dynamicPhone && parameters.phone === undefined) return missing('phone');
  const seed = seedOf(parameters);
  if (seed?.kind === 'error') return seed;
  const validity = validityOf(parameters, now());
  if (validity.kind === 'error') return validity;

  const enrolled = await tokens.enrol({
    serial: parameters.serial, prefix: 'PISM', renew: true, seed: seed?.seed, digits: parameters.otplen, algorithm: parameters.hashlib as Token['algorithm'] | undefined,
    phone: dynamicPhone ? undefined : parameters.phone, dynamicPhone, pin: parameters.pin === undefined ? undefined : new Secret(parameters.pin),
    description: parameters.description, login: user?.login, realm: user?.realm ?? parameters.realm, realms: parameters.tokenrealm,
  }, context());
  if (enrolled.kind === 'refused') return refusalOf(enrolled)!;
  const { serial } = enrolled.value;
  if (Object.keys(validity.limits).length > 0) {
    const limited = await tokens.adjust(serial, validity.limits, context());
    if (limited.kind === 'refused') return refusalOf(limited, serial)!;
  }
  return value(true, { serial, rollout_state: 'enrolled' });
};

/** With `genkey` a key that is sent too is passed over. */
const seedOf = ({ genkey, otpkey, otpkeyformat }: InitParameters): { kind?: undefined; seed: Secret } | WireError | undefined => {
  if (genkey || otpkey === undefined || otpkey === '') return undefined;
  if (otpkeyformat === undefined || otpkeyformat === 'hex') return { seed: new Secret(otpkey) };
  if (otpkeyformat !== 'base32check') return parameterError('Unknown OTP key format.');
  const seed = fromBase32Check(otpkey);
  return seed === undefined ? parameterError('Incorrect checksum.') : { seed: new Secret(seed) };
};

/** The validity period that was sent, in our words. */
export const validityOf = (
  { validity_period_start: start, validity_period_end: end }: Pick<InitParameters, 'validity_period_start' | 'validity_period_end'>,
  now: Date,
): { kind: 'validity'; limits: { validFrom?: string; validUntil?: string } } | WireError => {
  const [validFrom, validUntil] = [start, end].map((time) => (time === undefined ? undefined : readTime(time, now)));
  if (start !== undefined && validFrom === undefined) return tokenError('Could not parse validity period start date!');
  if (end !== undefined && validUntil === undefined) return tokenError('Could not parse validity period end date!');
  return { kind: 'validity', limits: { ...(validFrom ? { validFrom } : {}), ...(validUntil ? { validUntil } : {}) } };
};

export const tokenInitRoutes = [route({ methods: ['POST'], path: '/token/init', access: 'administrator', parameters: initParameters, answer: init })];
