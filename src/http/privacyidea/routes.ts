import { auditRoutes } from './audit.js';
import { authRoutes } from './auth.js';
import { realmRoutes } from './realms.js';
import type { Route } from './route.js';
import { smsgatewayRoutes } from './smsgateway.js';
import { smtpserverRoutes } from './smtpserver.js';
import { systemRoutes } from './system.js';
import { tokenActionRoutes } from './tokenActions.js';
import { tokenChallengeRoutes } from './tokenChallenges.js';
import { tokenInfoRoutes } from './tokenInfo.js';
import { tokenInitRoutes } from './tokenInit.js';
import { tokenListRoutes } from './tokenList.js';
import { validateRoutes } from './validate.js';

/** Everything that the dialect answers; of two paths that both fit, the first counts. */
export const routes: readonly Route[] = [
  ...validateRoutes,
  ...authRoutes,
  ...tokenInitRoutes,
  ...tokenListRoutes,
  ...tokenInfoRoutes,
  ...tokenChallengeRoutes,
  ...tokenActionRoutes,
  ...smsgatewayRoutes,
  ...smtpserverRoutes,
  ...systemRoutes,
  ...realmRoutes,
  ...auditRoutes,
];
