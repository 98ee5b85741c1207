import type { OldForm } from '../definition.js';
import type { Fault } from '../gateway.js';
import { given, readRegexp, scalarText } from '../written.js';

const known = ['USERNAME', 'PASSWORD', 'PROXY', 'REGEXP'];

/** privacyIDEA's gateway definitions with the sipgate provider. */
export const privacyideaForm: OldForm = {
  modules: ['privacyidea.lib.smsprovider.SipgateSMSProvider.SipgateSMSProvider'],
  read: ({ options }) => {
    const faults: Fault[] = [];
    const text = (key: string): string | undefined => {
      if (!given(options[key])) return undefined;
      const value = scalarText(options[key]);
      if (value === undefined) faults.push({ key, problem: 'must be a text' });
      return value;
    };
    const [username, password, proxy, regexp] = known.map(text);
    const replace = regexp === undefined ? undefined : readRegexp(regexp);
    if (replace === null) faults.push({ key: 'REGEXP', problem: 'must be /search/replacement/' });
    return {
      options: { username, password, proxy, ...(replace ? { number: { replace } } : {}) },
      keys: { username: 'USERNAME', password: 'PASSWORD', proxy: 'PROXY', number: 'REGEXP', 'number.replace': 'REGEXP' },
      faults,
      ignored: Object.keys(options).filter((key) => !known.includes(key)),
    };
  },
};
