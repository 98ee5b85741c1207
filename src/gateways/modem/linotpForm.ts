import type { OldForm } from '../definition.js';
import { given, keyReader } from '../written.js';

const known = ['CONFIGFILE', 'SMSC', 'MSISDN', 'SUPPRESS_PREFIX'];

/** LinOTP's `SMSProviderConfig` of a DeviceSMSProvider, which started gnokii with this file. */
export const linotpForm: OldForm = {
  modules: ['DeviceSMSProvider', 'smsprovider.DeviceSMSProvider', 'smsprovider.DeviceSMSProvider.DeviceSMSProvider', 'linotp.provider.smsprovider.DeviceSMSProvider'],
  read: ({ options: config }) => {
    const { faults, fault, text, flag } = keyReader(config);
    const configFile = text('CONFIGFILE');
    if (!given(config['CONFIGFILE'])) fault('CONFIGFILE', 'is missing');
    const digitsOnly = flag('MSISDN') ?? false;
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
