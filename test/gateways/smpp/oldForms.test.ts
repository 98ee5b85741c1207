import { message, registry, smscWith } from './openSmpp.js';
import { overhear } from '../../fixtures/surroundings.js';

const privacyidea = 'privacyidea.lib.smsprovider.SmppSMSProvider.SmppSMSProvider';
const opened = (module: string, options: Record<string, unknown>) => {
  const read = registry.parseDefinition({ module, options });
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.open('s', overhear());
};
const faultKeys = (module: string, options: Record<string, unknown>): string[] => {
  const read = registry.parseDefinition({ module, options });
  return 'faults' in read ? read.faults.map(({ key }) => key).sort() : [];
};

describe("LinOTP's form", () => {
  it.each(['SMPPSMSProvider', 'smsprovider.SMPPSMSProvider', 'smsprovider.SMPPSMSProvider.SMPPSMSProvider', 'linotp.provider.smsprovider.SMPPSMSProvider'])('%s sends', async (module) => {
    const smsc = await smscWith();
    const gateway = opened(module, {
      server: '127.0.0.1', port: String(smsc.port), system_id: 'sid', password: 'secret', system_type: 'st', source_addr: 'LinOTP', source_addr_ton: 5, source_addr_npi: '0',
      target_encoding: 'ISO8859-1', TIMEOUT: 5, MSISDN: true, SUPPRESS_PREFIX: '+',
    });
    expect(await gateway.send(message({ text: 'Grüße' }))).toMatchObject({ kind: 'sent' });
    expect(await gateway.send(message({ text: '5 €' }))).toMatchObject({ kind: 'sent' });
    await gateway.close();
    expect(smsc.binds[0]).toMatchObject({ command: 'bind_transceiver', system_id: 'sid', password: 'secret', system_type: 'st' });
    expect(smsc.submits[0]).toMatchObject({
      source_addr: 'LinOTP', source_addr_ton: 5, source_addr_npi: 0, destination_addr: '491701234567', dest_addr_ton: 1, dest_addr_npi: 1, data_coding: 3, short_message: { message: 'Grüße' },
    });
    // nothing is dropped because it does not fit
    expect(smsc.submits[1]).toMatchObject({ data_coding: 8, short_message: { message: '5 €' } });
  });

  it('has its own defaults and names faults by its own keys', () => {
    const options = { server: 'smsc.example', system_id: 'sid' };
    expect(registry.parseDefinition({ module: 'SMPPSMSProvider', options: { ...options, else: 1 } })).toMatchObject({
      options: { port: 5100, defaultAlphabet: 'latin1', dataCoding: 3, connectTimeout: 5, timeout: 5, source: { address: '', ton: 1, npi: 1 }, destination: { ton: 1, npi: 1 }, receipts: false },
      ignored: ['else'],
    });
    expect(registry.parseDefinition({ module: 'SMPPSMSProvider', options: { ...options, TIMEOUT: 9, timeout: 3 } })).toMatchObject({ options: { timeout: 3 } });
    expect(faultKeys('SMPPSMSProvider', {})).toEqual(['server', 'system_id']);
    expect(faultKeys('SMPPSMSProvider', { ...options, port: 'x', source_addr_ton: 999, target_encoding: 'UTF-16', TIMEOUT: 'soon', MSISDN: 'perhaps', password: { a: 1 } }))
      .toEqual(['MSISDN', 'TIMEOUT', 'password', 'port', 'source_addr_ton', 'target_encoding']);
  });
});

describe("privacyIDEA's form", () => {
  it('sends', async () => {
    const smsc = await smscWith();
    const gateway = opened(privacyidea, {
      SMSC_HOST: '127.0.0.1', SMSC_PORT: smsc.port, SYSTEM_ID: 'sid', PASSWORD: 'secret', S_ADDR: 'pi', S_ADDR_TON: '0x05', S_ADDR_NPI: 0, D_ADDR_TON: '1', D_ADDR_NPI: '0x01', REGEXP: '/[^0-9]//',
    });
    expect(await gateway.send(message({ text: 'Grüße {' }))).toMatchObject({ kind: 'sent' });
    await gateway.close();
    expect(smsc.binds[0]).toMatchObject({ command: 'bind_transmitter', system_id: 'sid', password: 'secret' });
    expect(smsc.submits[0]).toMatchObject({
      source_addr: 'pi', source_addr_ton: 5, source_addr_npi: 0, destination_addr: '491701234567', dest_addr_ton: 1, dest_addr_npi: 1, data_coding: 0, short_message: { message: 'Grüße {' },
    });
  });

  it('names faults by its own keys', () => {
    expect(faultKeys(privacyidea, {})).toEqual(['SMSC_HOST', 'SMSC_PORT', 'SYSTEM_ID']);
    expect(faultKeys(privacyidea, { SMSC_HOST: 'h', SMSC_PORT: 2775, SYSTEM_ID: 's', S_ADDR_TON: '0x', D_ADDR_NPI: 256, REGEXP: 'x' })).toEqual(['D_ADDR_NPI', 'REGEXP', 'S_ADDR_TON']);
  });
});
