// The service as it is, in a process of its own, on a data folder of its own. Tells its port.
import { readConfig } from '../dist/config.js';
import { openTanager } from '../dist/app.js';
import { listen } from '../dist/http/server.js';
import { makeLog } from '../dist/security/redact.js';

const given = Object.fromEntries(['TANAGER_STORE', 'TANAGER_STREAM_PREFIX', 'TANAGER_MASTER_KEY'].map((key) => [key, process.env[key]]));
const { config } = readConfig({ env: { ...given, TANAGER_DATA_DIR: process.argv[2], TANAGER_ADMIN_PASSWORD: 'benchmark', TANAGER_HTTP_PORT: '0', TANAGER_LOG_LEVEL: 'warn' }, files: { read: () => undefined } });
const tanager = await openTanager(config, { log: makeLog('warn') });
const server = await listen(tanager.http, { host: '127.0.0.1', port: 0 });
process.send(server.port);
process.on('disconnect', async () => {
  await server.stop();
  await tanager.close();
  process.exit();
});
