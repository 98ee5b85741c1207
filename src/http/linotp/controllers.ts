import type { Action } from './call.js';
import { configActions } from './config.js';
import { enrol } from './enrolment.js';
import { health } from './health.js';
import { providerActions } from './providerActions.js';
import { realmActions } from './realms.js';
import { searchAudit } from './audit.js';
import { signIn, signOut } from './signIn.js';
import { tokenActions } from './tokenActions.js';
import { showTokens } from './tokenList.js';
import { setToken } from './tokenSet.js';
import { setRealms, setValidity } from './tokenScope.js';
import { validateActions } from './validate.js';

/** How an action is called, and by whom. */
export interface Endpoint {
  readonly run: Action;
  readonly methods: readonly ('GET' | 'POST')[];
  /** Whether only an administrator who has signed in may. */
  readonly administrators: boolean;
}

type Controller = ReadonlyMap<string, Endpoint>;

const endpoints = (actions: Readonly<Record<string, Action>>, methods: Endpoint['methods'], administrators = true): [string, Endpoint][] =>
  Object.entries(actions).map(([name, run]) => [name, { run, methods, administrators }]);

const changes = ['POST'] as const;
const reads = ['GET', 'POST'] as const;
const { getConfig, ...changeConfig } = configActions;
const { getProvider, ...changeProviders } = providerActions;

/** All paths of this dialect: `/controller/action`. */
export const controllers: ReadonlyMap<string, Controller> = new Map([
  ['validate', new Map(endpoints(validateActions, reads, false))],
  ['admin', new Map([
    ...endpoints({ login: signIn }, changes, false), ...endpoints({ logout: signOut }, reads),
    ...endpoints({ init: enrol, set: setToken, setValidity, tokenrealm: setRealms, ...tokenActions }, changes), ...endpoints({ show: showTokens }, reads),
  ])],
  ['system', new Map([
    ...endpoints({ ...changeConfig, ...changeProviders }, changes), ...endpoints({ getConfig, getProvider, ...realmActions }, reads),
  ])],
  ['healthcheck', new Map(endpoints({ status: health }, reads, false))],
  ['audit', new Map(endpoints({ search: searchAudit }, reads))],
]);
