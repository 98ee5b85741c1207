// Issues a challenge and is killed the moment that it is durable, before anything could be sent. Arguments: data folder, gateway URL.
import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { openTanager } from '../../dist/app.js';
import { readConfig } from '../../dist/config.js';
import { Secret } from '../../dist/security/secret.js';

const [folder, gateway] = process.argv.slice(2);
const { config } = readConfig({ env: { TANAGER_DATA_DIR: folder, TANAGER_ADMIN_PASSWORD: 'adminpw12' }, files: { read: () => undefined } });
const { application } = await openTanager(config, { log: pino({ level: 'silent' }) });
const context = (kind) => ({ commandId: randomUUID(), correlationId: randomUUID(), actor: { kind } });
await application.gateways.define({
  name: 'g', kind: 'http', module: 'smsprovider.HttpSMSProvider.HttpSMSProvider',
  written: { options: { URL: `${gateway}/send`, SMS_TEXT_KEY: 'text', SMS_PHONENUMBER_KEY: 'to', RETURN_SUCCESS: 'ID' } },
}, context('administrator'));
await application.settings.change([{ key: 'sms.identifier', value: 'g' }], context('administrator'));
await application.tokens.enrol({
  serial: 'KILLED', login: 'alice', phone: '+491701234567', pin: new Secret('pin'), seed: new Secret('3132333435363738393031323334353637383930'),
}, context('administrator'));
let first = true;
application.head.subscribe(() => {
  if (!first) process.kill(process.pid, 'SIGKILL');
  first = false;
});
await application.authenticate.check({ login: 'alice', pass: new Secret('pin'), newTransactionId: () => '00000000000000000001' }, context('user'));
