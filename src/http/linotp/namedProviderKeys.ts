import type { Call } from './call.js';
import { codes, failure } from './errors.js';
import { defineProvider } from './provider.js';
import type { Failure } from './reply.js';

/** A key such as `SMSProvider.backup.Config`: a part of a provider with a name. */
export interface NamedKey {
  readonly name: string;
  readonly part: 'Class' | 'Config' | 'Timeout';
}

export const namedKey = (key: string): NamedKey | undefined => {
  const [, name, part = 'Class'] = /^SMSProvider\.([^.]+)(?:\.(Config|Timeout))?$/.exec(key) ?? [];
  return name === undefined ? undefined : { name, part: part as NamedKey['part'] };
};

/** Defines the providers that the keys speak of; what is not given stays as it is. */
export const followNamedKeys = async (keys: readonly { readonly key: string; readonly value: string }[], call: Call): Promise<Failure | { readonly problem?: string }> => {
  const parts = new Map<string, Partial<Record<NamedKey['part'], string>>>();
  for (const { key, value } of keys) {
    const { name, part } = namedKey(key)!;
    parts.set(name, { ...parts.get(name), [part]: value });
  }
  const problems: string[] = [];
  for (const [name, given] of parts) {
    const present = await call.application.queries.gateway(name);
    const module = given.Class ?? present?.module ?? undefined;
    if (module === undefined) return failure(codes.other, `SMSProvider.${name} must say the class of the provider`);
    const { timeout: presentTimeout, ...presentConfig } = present?.options ?? {};
    const timeout = given.Timeout ?? (presentTimeout === undefined ? undefined : String(presentTimeout));
    const defined = await defineProvider({ name, module, config: given.Config ?? JSON.stringify(presentConfig), ...(timeout === undefined ? {} : { timeout }) }, call);
    if ('code' in defined) return defined;
    if (defined.problem !== undefined) problems.push(defined.problem);
  }
  return problems.length === 0 ? {} : { problem: problems.join('; ') };
};
