import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { CannotStart, openTanager, type Tanager } from '../app.js';
import type { Config } from '../config.js';
import { listen } from '../http/server.js';
import { makeLog } from '../security/redact.js';
import { command, exitCodes, type ExitCode, type Terminal } from './command.js';
import { configOf } from './configuration.js';
import { configuredPasswordMessage, passwordMessage, smsLine, startMessage } from './serveMessages.js';

export const serve = command({
  description: `Starts the service and runs until it is told to stop. The log goes to standard output, one JSON object a line;
everything for people goes to standard error.`,
  options: {},
  details: `SIGTERM or SIGINT (Ctrl-C) stops it: requests under way are answered, what was accepted is written. A second
one ends it at once. See tanager config --help for what can be configured.`,
  async run(_given, terminal) {
    const { config } = configOf(terminal);
    const stopped = terminal.stopped();
    const log = makeLog(config.logLevel);
    let tanager: Tanager;
    try {
      tanager = await openTanager(config, { log, onDevelopmentMessage: (message) => void terminal.err(smsLine(message)) });
    } catch (error) {
      if (!(error instanceof CannotStart)) throw error;
      await terminal.err(`tanager: ${error.message}\n`);
      return exitCodes.failed;
    }
    try {
      // before anything else can fail: nobody could ever know it again
      if (tanager.madePassword) await terminal.err(passwordMessage(config.adminUser, tanager.madePassword));
      await takeUpPassword(tanager, config, terminal);
      return await answerRequests(tanager, config, stopped, terminal);
    } finally {
      await tanager.close();
      log.info('stopped');
    }
  },
});

/** What the operator configured counts after the first start as well, so that a forgotten password is no dead end. */
const takeUpPassword = async ({ application }: Tanager, { adminUser, adminPassword }: Config, { err }: Terminal): Promise<void> => {
  if (adminPassword === undefined) return;
  const context = { commandId: randomUUID(), actor: { kind: 'system', name: 'configuration' } as const, correlationId: 'start' };
  const taken = await application.accounts.adoptPassword(adminUser, adminPassword, context);
  if (taken !== 'in-force') await err(configuredPasswordMessage(adminUser, taken));
};

const answerRequests = async ({ http, madePassword, failed }: Tanager, config: Config, stopped: AbortSignal, { err }: Terminal): Promise<ExitCode> => {
  const listening = await listen(http, { host: config.httpHost, port: config.httpPort, stopDelay: config.stopDelay * 1000 });
  if (listening.kind === 'refused') {
    await err(`tanager: ${listening.message} (TANAGER_HTTP_HOST, TANAGER_HTTP_PORT)\n`);
    return exitCodes.failed;
  }
  http.log.info({ url: listening.url }, 'listening');
  await err(startMessage(listening.url, config, madePassword));
  const failure = await Promise.race([failed, stopped.aborted ? undefined : once(stopped, 'abort').then(() => undefined)]);
  await err(failure === undefined ? '  Stopping; once more to stop at once …\n' : `tanager: ${failure}; stopping\n`);
  await listening.stop();
  return failure === undefined ? exitCodes.done : exitCodes.failed;
};
