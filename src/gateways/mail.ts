import type { Secret } from '../security/secret.js';
import type { SendOutcome } from './gateway.js';

/** An e-mail that is to leave: what notifications send besides SMS. */
export interface Mail {
  /** One address. */
  readonly to: string;
  readonly subject: string;
  readonly body: Secret;
  /** Whether the body is HTML already; plain text where nothing is said. */
  readonly html?: boolean;
  readonly replyTo?: string;
  /** Our id of this message, the same for every repeat of it. */
  readonly reference: string;
}

/** The mail servers that administrators have defined. */
export interface Mailer {
  /** Never throws; a server of that name that is not defined is `rejected`. `reason` never holds address, text or password. */
  send(server: string, mail: Mail): Promise<SendOutcome>;
}
