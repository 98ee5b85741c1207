import type { Logger } from 'pino';
import type { Observable } from 'rxjs';
import type { Application } from '../application.js';
import type { Callback, Fault, ReadCallback, SendOutcome } from '../gateways/gateway.js';
import type { Registry } from '../gateways/registry.js';
import type { Standing } from '../gateways/standing.js';
import type { Sessions } from '../security/sessions.js';

/** Whose paths answer without a prefix. */
type DialectName = 'privacyidea' | 'linotp';

/** What the development gateway was given to send; the one place where a code is shown. */
interface DevelopmentMessage {
  readonly gateway: string;
  readonly to: string;
  readonly text: string;
  readonly reference: string;
  /** ISO 8601. */
  readonly sentAt: string;
}

export interface DevelopmentPage {
  /** The last messages, newest first. */
  messages(): readonly DevelopmentMessage[];
  /** Whether other machines may look; only this one where false. */
  readonly anyClient: boolean;
}

/** How one send ended, for counting. */
export interface CountedSend {
  readonly gateway: string;
  readonly outcome: SendOutcome['kind'];
}

/** What one notification came to, for counting. */
export interface CountedNotification {
  readonly rule: string;
  readonly outcome: 'sent' | 'failed' | 'parked' | 'suppressed';
}

/** What can be done with the options of a mail server, whether they are kept or not. */
export interface MailDesk {
  /** What is wrong with them, by key. */
  faults(options: Readonly<Record<string, unknown>>): readonly Fault[];
  /** Sends a real e-mail to an address. Never throws; options with faults send nothing. */
  tryOut(options: Readonly<Record<string, unknown>>, to: string): Promise<SendOutcome>;
}

/** What every front end is made of; app.ts puts it together, server.ts hands it on. */
export interface HttpDependencies {
  readonly application: Application;
  /** The kinds of gateway that there are: reads and checks definitions. */
  readonly gatewayKinds: Registry;
  /** One for all front ends, so that a session that was ended is ended for all. */
  readonly sessions: Sessions;
  readonly mailDesk: MailDesk;
  readonly dialect: DialectName;
  /** Addresses and networks of proxies that are believed who asks, separated by commas; none where it is left out. */
  readonly trustedProxies?: string | undefined;
  readonly log: Logger;
  /** How a gateway stands; undefined where there is none of this name. */
  gatewayStatus(name: string): Promise<Standing | undefined>;
  /** What a provider tells a gateway; undefined where there is none of this name, or one that is told nothing. */
  readCallback(gateway: string, callback: Callback): Promise<ReadCallback | undefined>;
  /** Only in development: the page with the messages is not there without it. */
  readonly development?: DevelopmentPage;
  /** Every send that ended on this instance. */
  readonly sends?: Observable<CountedSend>;
  /** What every notification came to on this instance. */
  readonly notifications?: Observable<CountedNotification>;
}
