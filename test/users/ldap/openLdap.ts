import { ldapOptions } from '../../../src/users/ldap/options.js';
import { ldapResolver } from '../../../src/users/ldap/ldapResolver.js';
import type { Resolver } from '../../../src/users/resolver.js';
import { serviceAccount } from '../../fixtures/ldapServer.js';

export interface OpenedLdap extends Resolver {
  readonly warnings: readonly string[];
  /** Moves its clock, by seconds. */
  wait(seconds: number): void;
}

const opened: Resolver[] = [];
afterAll(() => opened.forEach((resolver) => resolver.close?.()));

/** A resolver of those servers, with a clock of its own; it is closed when the test file is done. */
export const openLdap = (url: string | string[], options: Record<string, unknown> = {}, ca?: readonly string[]): OpenedLdap => {
  const warnings: string[] = [];
  let now = 0;
  const account = { bindDn: serviceAccount.dn, bindPassword: serviceAccount.password };
  const resolver = ldapResolver({
    name: 'corp', options: ldapOptions.parse({ type: 'ldap', url, ...account, base: 'dc=example', timeout: 2, ...options }), ca, warn: (message) => warnings.push(message), clock: () => now,
  });
  opened.push(resolver);
  return { ...resolver, warnings, wait: (seconds) => void (now += seconds * 1000) };
};
