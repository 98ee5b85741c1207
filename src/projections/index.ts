import { accountsProjection } from './accounts.js';
import { gatewaysProjection } from './gateways.js';
import { mailServersProjection } from './mailServers.js';
import { messagesProjection } from './messages.js';
import { notificationRulesProjection } from './notificationRules.js';
import { notificationsProjection } from './notifications.js';
import type { Projection } from './projection.js';
import { settingsProjection } from './settings.js';
import { tokensProjection } from './tokens.js';

/** Every projection that requests depend on: updated in the transaction that appends the event. */
export const projections: readonly Projection[] = [tokensProjection, messagesProjection, gatewaysProjection, mailServersProjection, settingsProjection, accountsProjection, notificationRulesProjection, notificationsProjection];
