import type { Application } from '../../application.js';
import type { Change } from '../../commands/outcome.js';
import { uncensor } from '../../gateways/censoring.js';
import { parseConfigJson } from '../../gateways/configJson.js';
import type { GatewayDetails } from '../../projections/queries.js';
import type { Call } from './call.js';
import { codes, failure, refusedChange } from './errors.js';
import { isProviderClass } from './providerClasses.js';
import type { Failure } from './reply.js';

/** The name under which the three keys of the manual (SMSProvider, SMSProviderConfig, SMSProviderTimeout) define a provider. */
export const importedDefault = 'imported_default';

/** An SMS provider as LinOTP writes it down. */
export interface ProviderWish {
  readonly name: string;
  readonly module: string;
  /** JSON text. */
  readonly config: string;
  /** Seconds, as text; a time-out in the configuration gives way to it. */
  readonly timeout?: string;
}

/** Kind of a gateway that LinOTP would know how to open and this service does not. */
const unsupported = 'unsupported';

/** Whether a gateway is a provider of LinOTP's. */
export const isProvider = ({ module }: Pick<GatewayDetails, 'module'>): boolean => module !== null && isProviderClass(module);

/** What is wrong with a class or a configuration that nobody could ever send with; it is not saved. */
export const providerFault = (key: string, { module, config }: { readonly module?: string; readonly config?: string }): Failure | undefined => {
  if (module !== undefined && !isProviderClass(module)) return failure(codes.other, `Unknown provider class: Identifier was ${module}`);
  const parsed = config === undefined ? undefined : parseConfigJson(config);
  return parsed?.kind === 'wrong' ? failure(codes.other, `${key} is not JSON: ${parsed.problem}`) : undefined;
};

/**
 * Defines a provider as a gateway. A configuration that is readable, but not enough to send with, is kept as LinOTP keeps it.
 * @returns what still keeps it from sending, in words; or why it was not saved
 */
export const defineProvider = async ({ name, module, config, timeout }: ProviderWish, { application, gatewayKinds, context }: Call): Promise<Failure | { readonly problem?: string }> => {
  const fault = providerFault(name === importedDefault ? 'SMSProviderConfig' : 'config', { module, config });
  if (fault) return fault;
  const parsed = parseConfigJson(config);
  const posted = { module, options: { ...(parsed.kind === 'read' ? parsed.value : {}), ...(timeout === undefined ? {} : { timeout }) } };
  const definition = uncensor(posted, await application.queries.gateway(name));
  const change = await application.gateways.define({ name, kind: gatewayKinds.kindOf(module) ?? unsupported, module, written: { options: definition.options } }, context());
  if (change.kind === 'refused') return refusedChange(change);
  return { problem: problemOf({ name, module, options: definition.options }, gatewayKinds) };
};

/** What keeps a provider from sending, in words; undefined when nothing does. */
export const problemOf = ({ name, module, options }: Pick<GatewayDetails, 'name' | 'module' | 'options'>, gatewayKinds: Call['gatewayKinds']): string | undefined => {
  const read = gatewayKinds.parseDefinition({ module: module ?? '', options });
  if (!('faults' in read)) return undefined;
  const problems = gatewayKinds.kindOf(module ?? '') === undefined ? ['this service has no gateway of this class'] : read.faults.map(({ key, problem }) => `${key} ${problem}`);
  return `nothing can be sent through '${name}' yet: ${problems.join('; ')}`;
};

// ---- the default provider

/** Names of the gateways that are used where a token has none of its own. */
export const defaultGateways = async ({ queries }: Pick<Application, 'queries'>): Promise<readonly string[]> => (await queries.current()).gateways;

export const makeDefault = (name: string, { application: { settings }, context }: Call): Promise<Change> => settings.change([{ key: 'sms.identifier', value: name }], context());

/** Whether the default is a provider that was given a name; what was defined by the three keys gives way to it. */
export const hasNamedDefault = async (application: Application): Promise<boolean> => {
  const defaults = await Promise.all((await defaultGateways(application)).map((name) => application.queries.gateway(name)));
  return defaults.some((gateway) => gateway !== undefined && isProvider(gateway) && gateway.name !== importedDefault);
};

/** Whether any default gateway is there. */
export const hasDefault = async (application: Application): Promise<boolean> => {
  const defaults = await Promise.all((await defaultGateways(application)).map((name) => application.queries.gateway(name)));
  return defaults.some((gateway) => gateway !== undefined);
};
