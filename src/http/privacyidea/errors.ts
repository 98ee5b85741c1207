import type { z } from 'zod';

/** An error as privacyIDEA's clients read it: HTTP status, `result.error` and `detail`. */
export interface WireError {
  readonly kind: 'error';
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly detail: null | Readonly<Record<string, never>>;
}

const error = (status: number, code: number, message: string, detail: WireError['detail'] = null): WireError => ({ kind: 'error', status, code, message, detail });
/** Everything but sign-ins, policies and things that are not there says its code in the message too. */
const refused = (code: number, message: string): WireError => error(400, code, `ERR${code}: ${message}`);
const unauthorised = (code: number, message: string, detail: WireError['detail'] = {}): WireError => error(401, code, `Authentication failure. ${message}`, detail);

export const parameterError = (message: string): WireError => refused(905, message);
export const missing = (parameter: string): WireError => parameterError(`Missing parameter: ${parameter}`);
export const tokenError = (message: string): WireError => refused(301, message);
const userError = (message: string): WireError => refused(904, message);
export const notFound = (message: string): WireError => error(404, 601, message);
export const forbidden = (message: string): WireError => error(403, 303, message);

/** The FreeRADIUS plugin tells unknown users from other refusals by the code. */
export const unknownUser = (login: string, realm: string): WireError => userError(`User <${login}@${realm}> does not exist.`);
export const userNotInRealm = userError('The user can not be found in any resolver in this realm!');
export const unknownResolver = (resolver: string): WireError => userError(`The resolver '${resolver}' does not exist!`);
export const noSubject = parameterError('You need to specify a serial, user or credential_id.');
export const noSerial = missing("'serial' or 'serials'");
export const invalidSerial = parameterError('Invalid serial number.');
export const invalidUser = parameterError('Invalid user.');
export const notOwner = parameterError('Given serial does not belong to given user!');
export const severalTokens = parameterError('More than one matching token was found.');
export const tokenNotFound = notFound('The requested token could not be found.');
export const noTokenFor = (serials: string): WireError => notFound(`No token found for serials: ${serials}`);
export const tokenRevoked = refused(1007, 'This action is not possible, since the token is locked');
export const alreadyAssigned = refused(1103, 'Token already assigned to user');
export const unknownTokenType = refused(1610, 'Unknown token type. This server has tokens of type sms.');
export const defaultsUsage = (names: readonly string[]): WireError => refused(77, `Usage: parameters are: ${names.join(', ')}`);

export const wrongCredentials = unauthorised(4031, 'Wrong credentials');
export const missingUsername = unauthorised(4032, 'Missing Username');
/** @param detail `null` where administration asks for the header, `{}` where triggerchallenge does */
export const missingHeader = (detail: WireError['detail']): WireError => unauthorised(4033, 'Missing Authorization header.', detail);
export const undecodable = unauthorised(4304, 'Error decoding the Authorization token.');
export const expiredToken = unauthorised(4305, 'Your token has expired.');
export const wrongRole = unauthorised(4306, "You do not have the necessary role (['admin']) to access this resource!");

/** privacyIDEA has no word for it; what matters is that a client may come back. */
export const serverIsBusy = error(503, -503, 'The server takes no more requests for the moment.');
export const internalError = error(500, -500,
  '500 Internal Server Error: The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.');
export const bodyTooLarge = (message: string): WireError => error(413, 905, `ERR905: ${message}`);

/** The first thing that is wrong with the parameters, by name and never with the value. */
export const faultOf = ({ issues }: z.core.$ZodError): WireError => {
  const issue = issues[0]!;
  const parameter = String(issue.path[0] ?? '').slice(0, 100);
  const isMissing = (issue.code === 'invalid_type' || issue.code === 'invalid_union') && issue.message === notThere;
  return isMissing ? missing(parameter) : parameterError(`Invalid parameter: ${parameter}`);
};

/** For zod: tells what was not sent from what is wrong. */
export const inWords: z.core.$ZodErrorMap = ({ input }) => (input === undefined ? notThere : 'is wrong');
const notThere = 'is missing';
