import type { OldForm } from '../definition.js';
import { given, keyReader, timeouts } from '../written.js';

const known = [
  'server', 'port', 'system_id', 'password', 'system_type', 'source_addr', 'source_addr_npi', 'source_addr_ton', 'dest_addr_npi', 'dest_addr_ton', 'target_encoding',
  'TIMEOUT', 'timeout', 'MSISDN', 'SUPPRESS_PREFIX',
];

/** LinOTP's `SMSProviderConfig` of an SMPPSMSProvider. */
export const linotpSmppForm: OldForm = {
  modules: ['SMPPSMSProvider', 'smsprovider.SMPPSMSProvider', 'smsprovider.SMPPSMSProvider.SMPPSMSProvider', 'linotp.provider.smsprovider.SMPPSMSProvider'],
  read: ({ options }) => {
    const { faults, fault, text, flag } = keyReader(options);
    const number = (key: string, fallback: number): number => {
      const value = text(key);
      if (value === undefined) return fallback;
      if (!/^\d{1,5}$/.test(value)) fault(key, 'must be a whole number');
      return Number(value);
    };
    const timeoutKey = 'timeout' in options ? 'timeout' : 'TIMEOUT';
    const times = timeouts(given(options[timeoutKey]) ? options[timeoutKey] : 5);
    if (times === undefined) fault(timeoutKey, 'must be seconds');
    const digitsOnly = flag('MSISDN') ?? false;
    const encoding = text('target_encoding');
    if (encoding !== undefined && !/^(iso[-_]?8859[-_]?1|latin[-_]?1|l1|(us[-_]?)?ascii)$/i.test(encoding)) {
      fault('target_encoding', 'must be ISO8859-1 or ASCII; what does not fit is sent as UCS-2 by itself');
    }
    const [host, systemId, password, systemType, removePrefix] = ['server', 'system_id', 'password', 'system_type', 'SUPPRESS_PREFIX'].map(text);
    return {
      options: {
        ...(host === undefined ? {} : { host }),
        port: number('port', 5100),
        ...(systemId === undefined ? {} : { systemId }),
        ...(password === undefined ? {} : { password }),
        ...(systemType === undefined ? {} : { systemType }),
        source: { address: text('source_addr') ?? '', ton: number('source_addr_ton', 1), npi: number('source_addr_npi', 1) },
        destination: { ton: number('dest_addr_ton', 1), npi: number('dest_addr_npi', 1) },
        defaultAlphabet: 'latin1',
        dataCoding: 3,
        ...times,
        number: { digitsOnly, ...(removePrefix === undefined ? {} : { removePrefix }) },
      },
      keys: {
        host: 'server', systemId: 'system_id', password: 'password', systemType: 'system_type', 'source.address': 'source_addr', 'source.ton': 'source_addr_ton',
        'source.npi': 'source_addr_npi', 'destination.ton': 'dest_addr_ton', 'destination.npi': 'dest_addr_npi', number: 'SUPPRESS_PREFIX', timeout: timeoutKey, connectTimeout: timeoutKey,
      },
      faults,
      ignored: Object.keys(options).filter((key) => !known.includes(key)),
    };
  },
};
