import { firstFormGateway } from '../../commands/settingNames.js';
import type { Context } from '../../commands/context.js';
import { censored, uncensor } from '../../gateways/censoring.js';
import { parseConfigJson } from '../../gateways/configJson.js';
import type { Definition } from '../../gateways/definition.js';
import type { HttpDependencies } from '../dependencies.js';
import { refusalOf } from './changes.js';
import { parameterError, type WireError } from './errors.js';

/** The settings with which a gateway was defined before gateways had names. They are used where `sms.identifier` names none. */
export const providerKeys = ['sms.provider', 'sms.providerConfig'] as const;
const [providerKey, configKey] = providerKeys;
const usualModule = 'privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider';

/**
 * What the two settings define, once `changes` are made; undefined when they define nothing.
 * @param changes values that are about to be set
 */
export const readProviderConfig = async (changes: Readonly<Record<string, string>>, { application: { queries }, gatewayKinds }: HttpDependencies): Promise<{ kind: 'definition'; definition: Definition; gateway: string } | WireError | undefined> => {
  const set = new Map((await queries.settings()).map(({ key, value }) => [key, value]));
  const now = (key: string): string | undefined => (changes[key] === undefined || changes[key] === censored ? set.get(key) : changes[key]) || undefined;
  const config = now(configKey);
  if (config === undefined) return undefined;
  const parsed = parseConfigJson(config);
  if (parsed.kind === 'wrong') return parameterError(`${configKey} is not JSON: ${parsed.problem}`);
  const definition = uncensor({ module: now(providerKey) ?? usualModule, options: parsed.value }, await queries.gateway(firstFormGateway));
  const read = gatewayKinds.parseDefinition(definition);
  if ('faults' in read) return parameterError(`${configKey}: ${read.faults.map(({ key, problem }) => `${key} ${problem}`).join('; ')}`);
  return { kind: 'definition', definition, gateway: read.kind };
};

/** Makes the gateway what the two settings say now. */
export const followProviderConfig = async (context: () => Context, deps: HttpDependencies): Promise<WireError | undefined> => {
  const { gateways, queries } = deps.application;
  const read = await readProviderConfig({}, deps);
  if (read?.kind === 'error') return read;
  if (read) {
    const { module, options } = read.definition;
    return refusalOf(await gateways.define({ name: firstFormGateway, kind: read.gateway, module, written: { options } }, context()));
  }
  return (await queries.gateway(firstFormGateway)) ? refusalOf(await gateways.remove(firstFormGateway, context())) : undefined;
};
