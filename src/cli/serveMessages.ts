import type { KeptMessage } from '../gateways/development/inbox.js';
import type { Config } from '../config.js';
import type { Secret } from '../security/secret.js';
import { printable } from './audit/printable.js';
import { reachable } from './reachable.js';

type Shown = Pick<Config, 'adminUser' | 'usersFile' | 'development' | 'store' | 'dataDir'>;

/** The one time that a password of ours is shown. */
export const passwordMessage = (adminUser: string, password: Secret): string => `
  The first administrator was made. This password is shown this once:

      ${adminUser}
      ${password.reveal()}

`;

/** What became of a configured password that is not the one in force. */
export const configuredPasswordMessage = (adminUser: string, taken: 'adopted' | 'outdated' | 'unknown-account'): string => ({
  adopted: `  The password of ${adminUser} is that of TANAGER_ADMIN_PASSWORD from now on; sessions that were open are over.\n`,
  outdated: `  TANAGER_ADMIN_PASSWORD is a former password of ${adminUser}: the one that was set since stays in force.\n`,
  'unknown-account': `  There is no account ${adminUser} (TANAGER_ADMIN_USER); the first administrator was made under another name.\n`,
})[taken];

/**
 * Says where the service listens and what to try next.
 *
 * @param url where it listens
 * @param password the first administrator's, if it was made just now
 */
export const startMessage = (url: string, config: Shown, password: Secret | undefined): string => {
  const here = reachable(url);
  return `
  Tanager listens on ${url}
  ${config.store === 'memory' ? 'Events are kept in memory and are gone when it stops (TANAGER_STORE=memory)' : `Data folder: ${config.dataDir}`}
${config.development ? developmentMessage(here) : ''}
  A first login, to be pasted into another terminal:

${firstLogin(here, config, password).map((line) => `    ${line}\n`).join('')}
  ${config.development ? 'The SMS appears here' : 'The SMS leaves through the gateways that you define'}; put its code in the place of CODE.
`;
};

const developmentMessage = (url: string): string => `
  !!  DEVELOPMENT GATEWAY: where no other gateway is defined, no SMS leaves. Each one is shown
  !!  here and at ${url}/development/messages, code and all. Switch it off in production:
  !!  TANAGER_DEVELOPMENT=false, or NODE_ENV=production.
`;

const firstLogin = (url: string, { adminUser, usersFile }: Shown, password: Secret | undefined): readonly string[] => {
  // a made password has nothing in it that a shell would take for its own
  const known = password?.reveal() ?? 'PASSWORD';
  const login = usersFile === undefined ? 'hans' : 'LOGIN';
  return [
    `AUTH=$(curl -s ${url}/privacyidea/auth -d username=${adminUser} -d password=${known} | sed 's/.*"token": *"\\([^"]*\\)".*/\\1/')`,
    `curl -s ${url}/privacyidea/token/init -H "Authorization: $AUTH" -d type=sms -d user=${login} -d pin=1234 --data-urlencode phone=+4915112345678`,
    `curl -s ${url}/privacyidea/validate/check -d user=${login} -d pass=1234`,
    `curl -s ${url}/privacyidea/validate/check -d user=${login} -d pass=1234CODE`,
  ];
};

/** A message of the development gateway, on the console. */
export const smsLine = ({ gateway, to, text }: Pick<KeptMessage, 'gateway' | 'to' | 'text'>): string =>
  `  SMS to ${printable(to)} (gateway ${printable(gateway)}, not sent): ${printable(text.reveal())}\n`;
