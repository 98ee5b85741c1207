import { tokenStream } from '../../events/token.js';
import { openAudit, type Audit } from '../../openAudit.js';
import { exitCodes, Misuse, type ExitCode, type Terminal } from '../command.js';
import { configOf } from '../configuration.js';

/** Options that name one stream. */
export const streamOptions = {
  stream: { type: 'string', value: 'STREAM', meaning: 'this stream, such as token-SMS1 or settings' },
  serial: { type: 'string', value: 'SERIAL', meaning: 'the stream of this token' },
} as const;

/** @throws Misuse when both are given */
export const streamOf = ({ stream, serial }: { readonly stream?: string; readonly serial?: string }): string | undefined => {
  if (stream !== undefined && serial !== undefined) throw new Misuse('--stream and --serial say the same thing: give one of them');
  return serial === undefined ? stream : tokenStream(serial);
};

/** Opens the store for reading, and closes it again. */
export const withAudit = async (terminal: Terminal, use: (audit: Audit) => Promise<ExitCode>): Promise<ExitCode> => {
  const { config } = configOf(terminal);
  const opened = await openAudit(config);
  if (opened.kind === 'refused') {
    await terminal.err(`tanager: ${opened.message}\n`);
    return exitCodes.failed;
  }
  try {
    return await use(opened.audit);
  } catch (error) {
    // what was damaged or tampered with is a finding, not a crash
    const { message, stack } = error as Error;
    await terminal.err(`tanager: reading stopped: ${message}\n${['debug', 'trace'].includes(config.logLevel) ? `${stack ?? ''}\n` : ''}`);
    return exitCodes.failed;
  } finally {
    await opened.audit.close();
  }
};
