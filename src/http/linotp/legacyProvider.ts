import type { Call } from './call.js';
import { refusedChange } from './errors.js';
import { defaultGateways, defineProvider, hasNamedDefault, importedDefault, makeDefault } from './provider.js';
import type { Failure } from './reply.js';

/** The keys of the manual that define a provider without a name. They may come together or one after the other. */
export const legacyKeys: ReadonlySet<string> = new Set(['SMSProvider', 'SMSProviderConfig']);

/**
 * Makes the provider `imported_default` what the two keys say now, and the default unless a named provider is that.
 * @returns what keeps it from sending, in words
 */
export const followLegacyKeys = async (call: Call): Promise<Failure | { readonly problem?: string }> => {
  const { application, context } = call;
  const settings = new Map((await application.queries.settings()).map(({ key, value }) => [key, value]));
  const [module, config] = [settings.get('SMSProvider'), settings.get('SMSProviderConfig')];
  if (!module || !config) {
    if (await application.queries.gateway(importedDefault)) await application.gateways.remove(importedDefault, context());
    return {};
  }
  const defined = await defineProvider({ name: importedDefault, module, config }, call);
  if ('code' in defined) return defined;
  if (!(await hasNamedDefault(application)) && !(await defaultGateways(application)).includes(importedDefault)) {
    const change = await makeDefault(importedDefault, call);
    if (change.kind === 'refused') return refusedChange(change);
  }
  return defined;
};
