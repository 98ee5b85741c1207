import type { Change } from '../../commands/outcome.js';
import { alreadyAssigned, noTokenFor, notFound, parameterError, serverIsBusy, tokenRevoked, userNotInRealm, type WireError } from './errors.js';

/**
 * What a refused change is on the wire; undefined for one that was done.
 * @param serial the token that was meant
 */
export const refusalOf = (change: Change<unknown>, serial = ''): WireError | undefined => {
  if (change.kind === 'done') return undefined;
  const { reason, message, field } = change;
  switch (reason) {
    case 'unknown-token': return noTokenFor(serial);
    case 'unknown-user': return userNotInRealm;
    case 'unknown-gateway': return notFound('The requested SMSGateway could not be found.');
    case 'unknown-mail-server': return notFound('The requested SMTP server could not be found.');
    case 'unknown-challenge': return notFound('The requested challenge could not be found.');
    case 'revoked': return tokenRevoked;
    case 'assigned-to-another': return alreadyAssigned;
    case 'busy': case 'overloaded': return serverIsBusy;
    case 'invalid': return special[field ?? ''] ?? parameterError(message);
    default: return parameterError(message);
  }
};

/** Where scripts know the words. */
const special: Readonly<Record<string, WireError>> = {
  serial: parameterError('Invalid serial number. Must comply to ^[0-9a-zA-Z\\-_]+$.'),
};
