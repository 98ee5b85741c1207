import { spawn, type ChildProcess } from 'node:child_process';

/** How a program ended. */
export type Ending =
  | { readonly kind: 'exit'; readonly status: number; /** First bytes of what it wrote. */ readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'time-out' }
  | { readonly kind: 'not started'; /** Such as EACCES. */ readonly code: string };

export interface Running {
  /** Resolves once it is known whether the program could be started; undefined when it was. */
  readonly started: Promise<Extract<Ending, { kind: 'not started' }> | undefined>;
  readonly ended: Promise<Ending>;
}

/** Bytes of each output that are kept; the rest is read and dropped, so that nobody who writes a lot is held up. */
const kept = 4_096;

/** Milliseconds that output may still come in after the end, when somebody whom the program left behind holds the line open. */
const lastWords = 100;

/**
 * Runs a program in a process group of its own, with nothing of our environment.
 * @param time milliseconds; then it and everything in its group is killed
 */
export const run = (path: string, { args, input, env, cwd, time }: {
  args: readonly string[]; input: string; env: Readonly<Record<string, string>>; cwd: string; time: number;
}): Running => {
  // without streams where the process has too many files open
  const child: ChildProcess = spawn(path, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const stdout = beginningOf(child.stdout);
  const stderr = beginningOf(child.stderr);
  // a program need not read its input
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);

  const started = new Promise<Extract<Ending, { kind: 'not started' }> | undefined>((resolve) => {
    child.once('spawn', () => resolve(undefined));
    child.once('error', (error: NodeJS.ErrnoException) => resolve({ kind: 'not started', code: error.code ?? 'unknown' }));
  });
  const ended = new Promise<Ending>((resolve) => {
    const end = (how: Ending): void => {
      clearTimeout(timer);
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      resolve(how);
    };
    const timer = setTimeout(() => {
      killGroup(child.pid);
      end({ kind: 'time-out' });
    }, time);
    void started.then((failure) => failure && end(failure));
    child.once('exit', (status, signal) => {
      clearTimeout(timer);
      const tell = (): void => end(status === null ? { kind: 'signal', signal: String(signal) } : { kind: 'exit', status, stdout: stdout(), stderr: stderr() });
      const late = setTimeout(tell, lastWords);
      child.once('close', () => {
        clearTimeout(late);
        tell();
      });
    });
  });
  return { started, ended };
};

/** @returns what has come so far, as far as it is kept */
const beginningOf = (stream: NodeJS.ReadableStream | null): (() => string) => {
  const pieces: Buffer[] = [];
  let length = 0;
  stream?.on('data', (piece: Buffer) => {
    if (length < kept) pieces.push(piece.subarray(0, kept - length));
    length += piece.length;
  });
  stream?.on('error', () => undefined);
  return () => Buffer.concat(pieces).toString();
};

const killGroup = (leader: number | undefined): void => {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
};
