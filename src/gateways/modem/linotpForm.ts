import type { OldForm } from '../definition.js';
import type { Fault } from '../gateway.js';
import { given, scalarText, yesOrNo } from '../written.js';

const known = ['CONFIGFILE', 'SMSC', 'MSISDN', 'SUPPRESS_PREFIX'];

/** LinOTP's `SMSProviderConfig` of a DeviceSMSProvider, which started gnokii with this file. */
export const linotpForm: OldForm = {
  modules: ['DeviceSMSProvider', 'smsprovider.DeviceSMSProvider', 'smsprovider.DeviceSMSProvider.DeviceSMSProvider', 'linotp.provider.smsprovider.DeviceSMSProvider'],
  read: ({ options: config }) => {
    const faults: Fault[] = [];
    const text = (key: string): string | undefined => {
      if (!given(config[key])) return undefined;
      if (scalarText(config[key]) === undefined) faults.push({ key, problem: 'must be a text' });
      return scalarText(config[key]);
    };
    const configFile = text('CONFIGFILE');
    if (!given(config['CONFIGFILE'])) faults.push({ key: 'CONFIGFILE', problem: 'is missing' });
    const digitsOnly = given(config['MSISDN']) ? yesOrNo(config['MSISDN']) : false;
    if (digitsOnly === undefined) faults.push({ key: 'MSISDN', problem: 'must be true or false' });
    const smsc = text('SMSC');
    const removePrefix = text('SUPPRESS_PREFIX');
    return {
      options: {
        ...(configFile === undefined ? {} : { configFile }),
        ...(smsc === undefined ? {} : { smsc }),
        number: { digitsOnly: digitsOnly ?? false, ...(removePrefix === undefined ? {} : { removePrefix }) },
      },
      keys: { configFile: 'CONFIGFILE', port: 'CONFIGFILE', smsc: 'SMSC', 'number.digitsOnly': 'MSISDN', number: 'SUPPRESS_PREFIX' },
      faults,
      ignored: Object.keys(config).filter((key) => !known.includes(key)),
    };
  },
};
