import type { OldForm } from '../definition.js';
import type { Fault } from '../gateway.js';
import { given, readRegexp, scalarText } from '../written.js';

const known = ['SMSC_HOST', 'SMSC_PORT', 'SYSTEM_ID', 'PASSWORD', 'S_ADDR_TON', 'S_ADDR_NPI', 'S_ADDR', 'D_ADDR_TON', 'D_ADDR_NPI', 'REGEXP'];

/** privacyIDEA's gateway definition with the SMPP provider. */
export const privacyideaSmppForm: OldForm = {
  modules: ['privacyidea.lib.smsprovider.SmppSMSProvider.SmppSMSProvider'],
  read: ({ options }) => {
    const faults: Fault[] = [];
    const text = (ours: string, key: string): Record<string, string> => {
      if (!given(options[key])) return {};
      const value = scalarText(options[key]);
      if (value === undefined) faults.push({ key, problem: 'must be a text' });
      return { [ours]: value ?? '' };
    };
    const number = (ours: string, key: string): Record<string, number> => {
      const value = given(options[key]) ? (scalarText(options[key]) ?? '') : undefined;
      if (value === undefined) return {};
      if (!/^(\d{1,5}|0x[0-9a-f]{1,4})$/i.test(value)) faults.push({ key, problem: 'must be a whole number, such as 1 or 0x01' });
      return { [ours]: Number(value) };
    };
    if (!given(options['SMSC_PORT'])) faults.push({ key: 'SMSC_PORT', problem: 'is missing' });
    const regexp = given(options['REGEXP']) ? readRegexp(scalarText(options['REGEXP']) ?? '') : undefined;
    if (regexp === null) faults.push({ key: 'REGEXP', problem: 'must be /search/replacement/' });
    return {
      options: {
        ...text('host', 'SMSC_HOST'), ...number('port', 'SMSC_PORT'), ...text('systemId', 'SYSTEM_ID'), ...text('password', 'PASSWORD'),
        bind: 'transmitter',
        source: { address: '', ...text('address', 'S_ADDR'), ...number('ton', 'S_ADDR_TON'), ...number('npi', 'S_ADDR_NPI') },
        destination: { ...number('ton', 'D_ADDR_TON'), ...number('npi', 'D_ADDR_NPI') },
        ...(regexp ? { number: { replace: regexp } } : {}),
      },
      keys: {
        host: 'SMSC_HOST', port: 'SMSC_PORT', systemId: 'SYSTEM_ID', password: 'PASSWORD', 'source.address': 'S_ADDR', 'source.ton': 'S_ADDR_TON', 'source.npi': 'S_ADDR_NPI',
        'destination.ton': 'D_ADDR_TON', 'destination.npi': 'D_ADDR_NPI', number: 'REGEXP',
      },
      faults,
      ignored: Object.keys(options).filter((key) => !known.includes(key)),
    };
  },
};
