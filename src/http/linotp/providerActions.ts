import { censor } from '../../gateways/censoring.js';
import type { GatewayDetails } from '../../projections/queries.js';
import type { Action } from './call.js';
import { codes, failure, refusedChange } from './errors.js';
import { defaultGateways, defineProvider, hasDefault, importedDefault, isProvider, makeDefault, problemOf } from './provider.js';
import type { Parameters } from './parameters.js';
import { result, type Failure } from './reply.js';

/** Actions of /system on SMS providers that have names. */
export const providerActions = {
  setProvider: async (call) => {
    const { parameters, application } = call;
    const fault = missingKey(parameters, ['name', 'type', 'class', 'timeout']) ?? otherType(parameters);
    if (fault) return fault;
    const name = parameters.get('name')!;
    const timeout = parameters.get('timeout')!;
    if (!/^[\d.]{1,9}(,[\d.]{1,9})?$/.test(timeout)) return failure(codes.other, 'timeout must be seconds, or "connect,read" in seconds');
    const defined = await defineProvider({ name, module: parameters.get('class')!, config: parameters.filled('config') ?? '{}', timeout }, call);
    if ('code' in defined) return defined;
    if (parameters.get('default')?.toLowerCase() === 'true' || !(await hasDefault(application))) {
      const change = await makeDefault(name, call);
      if (change.kind === 'refused') return refusedChange(change);
    }
    return result(true, { detail: defined.problem === undefined ? undefined : { message: defined.problem } });
  },

  getProvider: async (call) => {
    const { parameters, application } = call;
    const fault = missingKey(parameters, ['type']) ?? otherType(parameters);
    if (fault) return fault;
    const name = parameters.filled('name');
    const providers = (await application.queries.gateways()).filter((gateway) => isProvider(gateway) && (name === undefined || gateway.name === name));
    const defaults = await defaultGateways(application);
    const { challengeLife } = await application.queries.current();
    return result(Object.fromEntries(providers.map((gateway) => [gateway.name, shown(gateway, defaults.includes(gateway.name), challengeLife)])));
  },

  delProvider: async (call) => {
    const { parameters, application, context } = call;
    const fault = missingKey(parameters, ['name', 'type']) ?? otherType(parameters);
    if (fault) return fault;
    const name = parameters.get('name')!;
    const providers = (await application.queries.gateways()).filter(isProvider);
    if (!providers.some((gateway) => gateway.name === name)) return unknownProvider(name);
    // the last one may go, for then there is none that could be the default instead
    if (providers.length > 1 && (await defaultGateways(application)).includes(name)) return result(false, { detail: { message: 'Default provider could not be deleted!' } });
    if (name === importedDefault) for (const key of ['SMSProvider', 'SMSProviderConfig']) await application.settings.remove(key, context());
    const change = await application.gateways.remove(name, context());
    return change.kind === 'refused' ? refusedChange(change) : result(true);
  },

  setDefaultProvider: async (call) => {
    const { parameters, application } = call;
    const fault = missingKey(parameters, ['name', 'type']) ?? otherType(parameters);
    if (fault) return fault;
    const name = parameters.get('name')!;
    if (!(await application.queries.gateway(name))) return unknownProvider(name);
    const change = await makeDefault(name, call);
    return change.kind === 'refused' ? refusedChange(change) : result(true);
  },

  /** LinOTP has no test for SMS: it says no to every one of them. Why nothing could be sent, or where a test is, is said with it. */
  testProvider: async (call) => {
    const { parameters, application, gatewayKinds } = call;
    const fault = missingKey(parameters, ['name', 'type']) ?? otherType(parameters);
    if (fault) return fault;
    const name = parameters.get('name')!;
    const gateway = await application.queries.gateway(name);
    if (!gateway || !isProvider(gateway)) return unknownProvider(name);
    return result(false, { detail: { message: problemOf(gateway, gatewayKinds) ?? `'${name}' is complete; POST /v1/gateways/${encodeURIComponent(name)}/test sends a message through it.` } });
  },
} satisfies Readonly<Record<string, Action>>;

const missingKey = (parameters: Parameters, names: readonly string[]): Failure | undefined => {
  const name = names.find((each) => parameters.filled(each) === undefined);
  return name === undefined ? undefined : failure(codes.parameter, `missing key KeyError('${name}')`);
};

const otherType = (parameters: Parameters): Failure | undefined =>
  parameters.get('type')?.toLowerCase() === 'sms' ? undefined : failure(codes.other, `there are providers of the type sms only, not of the type ${parameters.get('type')}`);

const unknownProvider = (name: string) => result(false, { detail: { message: `Unknown provider! '${name}'` } });

/** Passwords stay where they are. @param life seconds; what LinOTP calls the time-out of the provider without a name */
const shown = (gateway: GatewayDetails, isDefault: boolean, life: number) => {
  const { options } = censor({ options: gateway.options });
  const { timeout, ...config } = options;
  return { Class: gateway.module, Timeout: gateway.name === importedDefault ? String(life) : String(timeout ?? ''), Config: JSON.stringify(gateway.name === importedDefault ? options : config), Default: isDefault };
};

