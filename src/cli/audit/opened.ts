import { openAudit, type Audit } from '../../openAudit.js';
import { exitCodes, Misuse, type ExitCode, type Terminal } from '../command.js';
import { configOf } from '../configuration.js';
import { tokenStream } from '../../events/token.js';

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

/** Opens the data folder for reading, and closes it again. */
export const withAudit = async (terminal: Terminal, use: (audit: Audit) => Promise<ExitCode>): Promise<ExitCode> => {
  const opened = await openAudit(configOf(terminal).config);
  if (opened.kind === 'refused') {
    await terminal.err(`tanager: ${opened.message}\n`);
    return exitCodes.failed;
  }
  try {
    return await use(opened.audit);
  } finally {
    await opened.audit.close();
  }
};
