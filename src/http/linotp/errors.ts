import type { Change, ChangeRefusal } from '../../commands/outcome.js';
import { administrative, type Failure } from './reply.js';

/** Numbers that scripts know, as far as this dialect gives them. */
export const codes = {
  generic: 10,
  usage: 77,
  seedAndGenkey: 344,
  parameter: 905,
  unknownToken: 1102,
  unknownUser: 1112,
  userOrSerial: 1212,
  unknownTokenType: 1610,
  paging: 9876,
  /** Everything without a number of its own. */
  other: -311,
} as const;

export const failure = (code: number, message: string, id: number = administrative): Failure => ({ kind: 'failure', code, message, id });

export const missing = (name: string, id?: number): Failure => failure(codes.parameter, `Missing parameter: '${name}'`, id);
export const unknownToken = (serial: string, id?: number): Failure => failure(codes.unknownToken, `No token with serial ${serial} found`, id);
export const unknownUser = (login: string, id?: number): Failure => failure(codes.unknownUser, `User '${login}' is not known`, id);

const codeOf: Readonly<Record<ChangeRefusal, number>> = {
  'unknown-token': codes.unknownToken,
  'unknown-user': codes.unknownUser,
  'unknown-gateway': codes.other,
  'unknown-mail-server': codes.other,
  'unknown-setting': codes.other,
  'unknown-account': codes.other,
  'unknown-challenge': codes.other,
  'unknown-rule': codes.other,
  'unknown-notification': codes.other,
  revoked: codes.generic,
  'assigned-to-another': codes.generic,
  exists: codes.generic,
  sent: codes.generic,
  invalid: codes.other,
  busy: codes.generic,
  overloaded: codes.generic,
};

/** What an administrative command refused, in LinOTP's numbers. */
export const refusedChange = ({ reason, message }: Extract<Change<unknown>, { kind: 'refused' }>, id?: number): Failure => failure(codeOf[reason], message, id);

/**
 * The HTTP status that a client wants an error to have, by the parameter `httperror`.
 * @param wanted undefined where it was not given; what is no status means 500
 * @param only codes that it is limited to, by the setting `errors`; empty for no limit
 */
export const httpStatusOf = (wanted: string | undefined, { code }: Pick<Failure, 'code'>, only: readonly number[]): number | undefined => {
  if (wanted === undefined || (only.length > 0 && !only.includes(code))) return undefined;
  return /^[2-5]\d\d$/.test(wanted) ? Number(wanted) : 500;
};
