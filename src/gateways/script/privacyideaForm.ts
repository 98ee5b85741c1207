import type { OldForm } from '../definition.js';
import type { Fault } from '../gateway.js';
import { given, readRegexp, scalarText } from '../written.js';

const known = ['script', 'background', 'REGEXP'];

/** privacyIDEA's gateway definition with the script provider. */
export const privacyideaScriptForm: OldForm = {
  modules: ['privacyidea.lib.smsprovider.ScriptSMSProvider.ScriptSMSProvider'],
  read: ({ options }) => {
    const faults: Fault[] = [];
    const background = options['background'];
    if (given(background) && background !== 'background' && background !== 'wait') faults.push({ key: 'background', problem: 'must be background or wait' });
    const regexp = given(options['REGEXP']) ? readRegexp(scalarText(options['REGEXP']) ?? '') : undefined;
    if (regexp === null) faults.push({ key: 'REGEXP', problem: 'must be /search/replacement/' });
    return {
      options: {
        ...(given(options['script']) ? { script: options['script'] } : {}),
        wait: background !== 'background',
        ...(regexp ? { number: { replace: regexp } } : {}),
      },
      keys: { kind: 'module', script: 'script', wait: 'background', number: 'REGEXP' },
      faults,
      ignored: Object.keys(options).filter((key) => !known.includes(key)),
    };
  },
};
