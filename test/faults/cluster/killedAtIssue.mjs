// An instance that issues a challenge and is killed the moment that it is durable, before anything could be sent. Arguments: data folder, login,
// transaction id; where the cluster is stands in the environment.
import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { openTanager } from '../../../dist/app.js';
import { readConfig } from '../../../dist/config.js';
import { Secret } from '../../../dist/security/secret.js';

const [folder, login, transactionId] = process.argv.slice(2);
const { config } = readConfig({ env: { ...process.env, TANAGER_DATA_DIR: folder, TANAGER_ADMIN_PASSWORD: 'adminpw12' }, files: { read: () => undefined } });
const { application } = await openTanager(config, { log: pino({ level: 'silent' }) });
let first = true;
application.head.subscribe(() => {
  if (!first) process.kill(process.pid, 'SIGKILL');
  first = false;
});
await application.authenticate.check({ login, pass: new Secret('pin'), newTransactionId: () => transactionId }, { commandId: randomUUID(), correlationId: randomUUID(), actor: { kind: 'user' } });
