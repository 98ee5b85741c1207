import type { Secret } from '../security/secret.js';
import type { AdjustToken } from './adjustToken.js';
import { refusal } from './change.js';
import type { Change } from './outcome.js';
import type { Token } from './token.js';

/** A token as an administrator asks for it; what is left out gets the configured default. */
export interface Enrolment {
  /** Made when left out. */
  readonly serial?: string;
  /** First letters of a serial that is made. */
  readonly prefix?: string;
  /** HOTP key in hex; made when left out. */
  readonly seed?: Secret;
  readonly digits?: number;
  readonly algorithm?: Token['algorithm'];
  readonly phone?: string;
  readonly dynamicPhone?: boolean;
  readonly pin?: Secret;
  readonly description?: string;
  /** Names, separated by commas, tried in this order. */
  readonly gateway?: string;
  readonly maxFail?: number;
  readonly login?: string;
  readonly realm?: string;
  readonly realms?: readonly string[];
  /** Whether a serial that exists is enrolled anew; else it is refused. */
  readonly renew?: boolean;
}

/** As in privacyIDEA, so that its serials can be taken over; the length bounds the names of streams. */
const serialPattern = /^[0-9A-Za-z_.-]{1,40}$/;
const maxPin = 200;
const maxDescription = 200;
const maxGateways = 1000;
/** Wrong attempts that a token may allow at the most: without an end it would be no limit. */
export const mostFailures = 1000;
/** A resync looks at so many codes at the most. */
const maxWindow = 10_000;
const maxCount = 1_000_000_000;

type Fault = Change<never> | undefined;

/** What is wrong with a token as it is asked for; undefined when nothing is. */
export const enrolmentFault = ({ serial, prefix, seed, pin, phone, dynamicPhone, ...wish }: Enrolment): Fault => {
  if (serial !== undefined && !serialPattern.test(serial)) return refusal('invalid', 'A serial has 1 to 40 letters, digits, dots, dashes and underscores.', 'serial');
  if (prefix !== undefined && !/^[0-9A-Za-z_-]{0,20}$/.test(prefix)) return refusal('invalid', 'A prefix has at most 20 letters, digits, dashes and underscores.', 'prefix');
  if (seed && !/^([0-9a-fA-F]{2}){10,128}$/.test(seed.reveal())) return refusal('invalid', 'A seed has 10 to 128 bytes in hexadecimal digits.', 'seed');
  return limitFault(wish) ?? (pin && pinFault(pin)) ?? (phone === undefined || dynamicPhone ? undefined : phoneFault(phone));
};

/** What is wrong with a change of a token; undefined when nothing is. */
export const adjustmentFault = (wish: AdjustToken): Fault =>
  limitFault(wish) ?? wholeFault(wish, 'countWindow', 1, maxWindow) ?? wholeFault(wish, 'syncWindow', 1, maxWindow) ??
  wholeFault(wish, 'maxLogins', 0, maxCount) ?? wholeFault(wish, 'maxSuccesses', 0, maxCount) ?? instantFault(wish, 'validFrom') ?? instantFault(wish, 'validUntil');

/** What may be changed later has the same limits as what is enrolled. */
const limitFault = (wish: Pick<AdjustToken, 'maxFail' | 'digits' | 'description' | 'gateway'>): Fault =>
  wholeFault(wish, 'maxFail', 1, mostFailures) ?? wholeFault(wish, 'digits', 6, 10) ?? (wish.description !== undefined && wish.description.length > maxDescription
    ? refusal('invalid', `A description has at most ${maxDescription} characters.`, 'description') : undefined)
  ?? (wish.gateway !== undefined && wish.gateway.length > maxGateways ? refusal('invalid', `A list of gateways has at most ${maxGateways} characters.`, 'gateway') : undefined);

const wholeFault = <Field extends string>(wish: { readonly [F in Field]?: number }, field: Field, least: number, most: number): Fault => {
  const value = wish[field];
  return value === undefined || (Number.isInteger(value) && value >= least && value <= most)
    ? undefined : refusal('invalid', `${field} must be a whole number from ${least} to ${most}.`, field);
};

const instantFault = (wish: AdjustToken, field: 'validFrom' | 'validUntil'): Fault => {
  const text = wish[field];
  return !text || (/^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)))
    ? undefined : refusal('invalid', `${field} must be a point in time, in ISO 8601.`, field);
};

/** A number as people write it; what a gateway needs of it is the gateway's matter. */
export const phoneFault = (phone: string): Fault =>
  /^[+0-9 ()/.-]{3,40}$/.test(phone) && /[0-9]{3}/.test(phone.replace(/[^0-9]/g, ''))
    ? undefined : refusal('invalid', 'A phone number has digits, blanks and the signs + ( ) / . - only.', 'phone');

export const pinFault = (pin: Secret): Fault =>
  pin.reveal().length > maxPin ? refusal('invalid', `A PIN has at most ${maxPin} characters.`, 'pin') : undefined;
