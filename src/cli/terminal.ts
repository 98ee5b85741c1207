import type { Terminal } from './command.js';
import { filesOnDisk } from './configuration.js';

/** Exit code of a process that a signal ended: 128 and its number. */
const numbers = { SIGINT: 2, SIGTERM: 15 } as const;

const writingTo = (stream: NodeJS.WriteStream) => (text: string): Promise<void> =>
  new Promise((resolve, reject) => void stream.write(text, (error) => (error ? reject(error) : resolve())));

const stopper = (): AbortSignal => {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(128 + numbers[signal]);
      controller.abort(signal);
    });
  }
  return controller.signal;
};
let stopped: AbortSignal | undefined;

/** The terminal, or whatever else this process was given. */
export const terminal: Terminal = {
  out: writingTo(process.stdout),
  err: (text) => writingTo(process.stderr)(text).catch(() => undefined),
  live: process.stderr.isTTY === true,
  env: process.env,
  files: filesOnDisk,
  now: () => new Date(),
  stopped: () => (stopped ??= stopper()),
};

// a service does not stop because nobody listens to what it says to people
process.stderr.on('error', () => undefined);
// the reader of a pipe that has seen enough: `tanager audit tail | head`
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
