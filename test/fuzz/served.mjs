// The built service as a process of its own: PINs at their cheapest, time-outs short. Argument: data folder. Tells its parent where it listens and what it
// logs; asked for anything, it tells how many bytes its heap and its buffers hold once everything that can go is gone.
import { openTanager } from '../../dist/app.js';
import { readConfig } from '../../dist/config.js';
import { listen } from '../../dist/http/server.js';
import { makeLog } from '../../dist/security/redact.js';

const [folder] = process.argv.slice(2);
const log = makeLog('error', { write: (line) => process.send({ kind: 'logged', line }) });
const { config } = readConfig({ env: { TANAGER_DATA_DIR: folder, TANAGER_ADMIN_PASSWORD: 'adminpw12', TANAGER_DEVELOPMENT: 'true' }, files: { read: () => undefined } });
const tanager = await openTanager(config, { log, pinCost: { memory: 8, passes: 1, lanes: 1 } });
const limits = { headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 };
const server = await listen(tanager.http, { host: '127.0.0.1', port: 0, limits });
process.on('message', () => {
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.send({ kind: 'holds', bytes: heapUsed + arrayBuffers });
});
process.on('disconnect', () => process.exit());
process.send({ kind: 'listening', port: server.port });
