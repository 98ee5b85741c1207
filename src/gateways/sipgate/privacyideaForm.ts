import type { OldForm } from '../definition.js';
import { keyReader, readRegexp } from '../written.js';

const known = ['USERNAME', 'PASSWORD', 'PROXY', 'REGEXP'];

/** privacyIDEA's gateway definitions with the sipgate provider. */
export const privacyideaForm: OldForm = {
  modules: ['privacyidea.lib.smsprovider.SipgateSMSProvider.SipgateSMSProvider'],
  read: ({ options }) => {
    const { faults, fault, text } = keyReader(options);
    const [username, password, proxy, regexp] = known.map(text);
    const replace = regexp === undefined ? undefined : readRegexp(regexp);
    if (replace === null) fault('REGEXP', 'must be /search/replacement/');
    return {
      options: { username, password, proxy, ...(replace ? { number: { replace } } : {}) },
      keys: { username: 'USERNAME', password: 'PASSWORD', proxy: 'PROXY', number: 'REGEXP', 'number.replace': 'REGEXP' },
      faults,
      ignored: Object.keys(options).filter((key) => !known.includes(key)),
    };
  },
};
