import { Misuse } from '../command.js';
import type { Config } from '../../config.js';
import { reachable } from '../reachable.js';

/** Where the running service is: as configured, or on this machine. Without a slash at the end. @throws Misuse when it cannot be known */
export const addressOf = ({ url, httpHost, httpPort }: Pick<Config, 'url' | 'httpHost' | 'httpPort'>): string => {
  if (url !== undefined) return url.replace(/\/+$/, '');
  if (httpPort === 0) throw new Misuse('TANAGER_URL is not set, and TANAGER_HTTP_PORT is 0, any free port: say where the service is');
  return reachable(`http://${httpHost.includes(':') ? `[${httpHost}]` : httpHost}:${httpPort}`);
};
