// Defines a rule, locks a token and is killed the moment that a notification is due, before anything could be sent. Arguments: data folder, gateway URL.
import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { openTanager } from '../../dist/app.js';
import { notificationRule } from '../../dist/commands/notificationRule.js';
import { readConfig } from '../../dist/config.js';
import { Secret } from '../../dist/security/secret.js';

const [folder, gateway, when] = process.argv.slice(2);
const { config } = readConfig({ env: { TANAGER_DATA_DIR: folder, TANAGER_ADMIN_PASSWORD: 'adminpw12' }, files: { read: () => undefined } });
const { application } = await openTanager(config, { log: pino({ level: 'silent' }) });
const context = () => ({ commandId: randomUUID(), correlationId: randomUUID(), actor: { kind: 'administrator', name: 'admin' } });
await application.gateways.define({ name: 'main', kind: 'http', written: { options: { url: `${gateway}/send`, query: { to: '{phone}', text: '{text}', ref: '{reference}' } } } }, context());
await application.notifications.administration.define('locked', notificationRule.parse({
  events: ['TokenLocked'], channel: { kind: 'sms', gateways: ['main'] }, to: 'token', text: '{serial} was locked',
}), context());
await application.tokens.enrol({ serial: 'KILLED', phone: '+491701234567', pin: new Secret('pin'), maxFail: 1 }, context());
application.head.subscribe(async () => {
  const { events } = await application.trail.page({ types: [when] }, { limit: 1, order: 'asc' });
  if (events.length > 0) process.kill(process.pid, 'SIGKILL');
});
await application.authenticate.check({ serial: 'KILLED', pass: new Secret('wrong'), newTransactionId: () => '00000000000000000001' }, context());
