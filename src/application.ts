import type { AccountAdministration } from './commands/accountAdministration.js';
import type { Authenticate } from './commands/authenticate.js';
import type { GatewayAdministration } from './commands/gatewayAdministration.js';
import type { MailServerAdministration } from './commands/mailServerAdministration.js';
import type { NotificationAdministration } from './commands/notificationAdministration.js';
import type { Trials } from './commands/notificationTrial.js';
import type { Users } from './commands/ports.js';
import type { RecordReceipt } from './commands/recordReceipt.js';
import type { SignInUser } from './commands/signInUser.js';
import type { SettingsAdministration } from './commands/settingsAdministration.js';
import type { TestGateway } from './commands/testGateway.js';
import type { TokenAdministration } from './commands/tokenAdministration.js';
import type { Observable } from 'rxjs';
import type { NotificationQueries } from './projections/notificationQueries.js';
import type { Queries } from './projections/queries.js';
import type { Trail } from './projections/trail.js';

/** The service as HTTP and the command line see it: commands, queries, and nothing to decide. Put together in app.ts. */
export interface Application {
  readonly authenticate: Pick<Authenticate, 'check' | 'trigger' | 'watch'>;
  readonly tokens: TokenAdministration;
  readonly settings: SettingsAdministration;
  readonly gateways: GatewayAdministration;
  readonly mailServers: MailServerAdministration;
  readonly notifications: { readonly administration: NotificationAdministration; readonly queries: NotificationQueries; readonly trials: Trials };
  readonly testGateway: TestGateway;
  readonly receipts: RecordReceipt;
  readonly accounts: AccountAdministration;
  readonly users: Users;
  readonly signInUser: SignInUser;
  readonly queries: Queries;
  /** Which names of a list with commas no gateway has. */
  readonly unknownGateways: (list: string) => Promise<readonly string[]>;
  readonly trail: Trail;
  /** Position of the last event; emits at once and after every commit. */
  readonly head: Observable<number>;
  readonly now: () => Date;
  /** Resolves when everything is known here that was written before, by whomever: what an administrator changed on one instance he finds on every other. */
  caughtUp(): Promise<unknown>;
  /** Whether the service takes work: the store answers and the read models are at its head. */
  ready(): Promise<{ readonly ready: boolean; readonly problems: readonly string[] }>;
  readonly version: string;
}
