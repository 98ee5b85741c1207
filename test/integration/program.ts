import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/** Where a program of the system lies; undefined where it is not installed. Servers lie in /usr/sbin, which is not in everybody's PATH. */
export const whereIs = (program: string): string | undefined => {
  const found = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8', env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` } });
  return found.status === 0 ? found.stdout.trim() : undefined;
};

/** `describe` where every program is there; else a skipped one whose name says which package is missing. */
export const describeWith = (programs: Readonly<Record<string, string>>, name: string, body: () => void): void => {
  const missing = Object.entries(programs).filter(([program]) => whereIs(program) === undefined).map(([program, debian]) => `${program} (Debian package ${debian})`);
  if (missing.length === 0) describe(name, body);
  else describe.skip(`${name}: not run, since this machine has no ${missing.join(', no ')}`, body);
};

export interface Program {
  readonly process: ChildProcess;
  /** Everything that it has said so far. */
  output(): string;
  /** Resolves as soon as its output has this. */
  says(pattern: RegExp): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a program in the foreground; what it says is kept for whoever wonders why a test failed. */
export const startProgram = (command: string, args: readonly string[], { env = {}, cwd }: { env?: Readonly<Record<string, string>>; cwd?: string } = {}): Program => {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, ...(cwd === undefined ? {} : { cwd }) });
  let said = '';
  const waiting = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    said += chunk.toString();
    waiting.forEach((look) => look());
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const exited = once(child, 'exit');
  return {
    process: child,
    output: () => said,
    says: (pattern) => new Promise((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(said)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      exited.then(() => reject(new Error(`${command} ended before it said ${pattern}: ${said}`)), reject);
    }),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(timer);
    },
  };
};

/** A port that nobody listens on now. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** Resolves when somebody listens there. A program of the system tells nobody when it is ready, so it is asked until it answers. */
export const listening = async (port: number, within = 10_000): Promise<void> => {
  for (const end = Date.now() + within; ;) {
    const there = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); }).on('error', () => resolve(false));
    });
    if (there) return;
    if (Date.now() > end) throw new Error(`nobody listens on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
