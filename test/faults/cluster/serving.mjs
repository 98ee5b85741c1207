// An instance that serves until it is killed. Argument: data folder; where the cluster is stands in the environment. Sends its address to its parent.
import pino from 'pino';
import { openTanager } from '../../../dist/app.js';
import { readConfig } from '../../../dist/config.js';
import { listen } from '../../../dist/http/server.js';

const { config } = readConfig({ env: { ...process.env, TANAGER_DATA_DIR: process.argv[2], TANAGER_ADMIN_PASSWORD: 'adminpw12' }, files: { read: () => undefined } });
const { http } = await openTanager(config, { log: pino({ level: 'silent' }) });
const { url } = await listen(http, { host: '127.0.0.1', port: 0 });
process.send(url);
