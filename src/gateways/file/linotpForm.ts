import { join } from 'node:path';
import type { OldForm } from '../definition.js';
import { keyReader } from '../written.js';

const known = ['file', 'here', 'MSISDN', 'SUPPRESS_PREFIX'];

/** LinOTP's `SMSProviderConfig` of a FileSMSProvider: the last message stands in a file of the folder `here`. */
export const linotpFileForm: OldForm = {
  modules: ['FileSMSProvider', 'smsprovider.FileSMSProvider', 'smsprovider.FileSMSProvider.FileSMSProvider', 'linotp.provider.smsprovider.FileSMSProvider'],
  read: ({ options }) => {
    const { faults, fault, text, flag } = keyReader(options);
    const digitsOnly = flag('MSISDN') ?? false;
    const file = text('file');
    const here = text('here');
    const removePrefix = text('SUPPRESS_PREFIX');
    if (file !== undefined && /\//.test(file)) fault('file', 'must be the name of a file, without a path; its folder is here');
    return {
      options: {
        format: 'last',
        ...(file === undefined ? {} : { file: join(here ?? '.', file) }),
        number: { digitsOnly, ...(removePrefix === undefined ? {} : { removePrefix }) },
      },
      keys: { kind: 'class', file: file === undefined || here === undefined ? 'file' : 'here', number: 'SUPPRESS_PREFIX' },
      faults,
      ignored: Object.keys(options).filter((key) => !known.includes(key)),
    };
  },
};
