import { join } from 'node:path';
import type { OldForm } from '../definition.js';
import type { Fault } from '../gateway.js';
import { given, scalarText, yesOrNo } from '../written.js';

const known = ['file', 'here', 'MSISDN', 'SUPPRESS_PREFIX'];

/** LinOTP's `SMSProviderConfig` of a FileSMSProvider: the last message stands in a file of the folder `here`. */
export const linotpFileForm: OldForm = {
  modules: ['FileSMSProvider', 'smsprovider.FileSMSProvider', 'smsprovider.FileSMSProvider.FileSMSProvider', 'linotp.provider.smsprovider.FileSMSProvider'],
  read: ({ options }) => {
    const faults: Fault[] = [];
    const text = (key: string): string | undefined => {
      const value = given(options[key]) ? scalarText(options[key]) : undefined;
      if (given(options[key]) && value === undefined) faults.push({ key, problem: 'must be a text' });
      return value;
    };
    const digitsOnly = given(options['MSISDN']) ? yesOrNo(options['MSISDN']) : false;
    if (digitsOnly === undefined) faults.push({ key: 'MSISDN', problem: 'must be true or false' });
    const file = text('file');
    const here = text('here');
    const removePrefix = text('SUPPRESS_PREFIX');
    if (file !== undefined && /\//.test(file)) faults.push({ key: 'file', problem: 'must be the name of a file, without a path; its folder is here' });
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
