import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

type Told = { readonly kind: 'listening'; readonly port: number } | { readonly kind: 'logged'; readonly line: string } | { readonly kind: 'holds'; readonly bytes: number };

/** The service in a process of its own, so that a crash is seen as one. */
export interface Service {
  readonly port: number;
  /** What it has logged as an error. */
  readonly errors: readonly string[];
  /** Whether it still runs. */
  isAlive(): boolean;
  /** Bytes that it cannot let go of. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

export const startService = async (folder: string): Promise<Service> => {
  const child = spawn(process.execPath, ['--expose-gc', join(__dirname, 'served.mjs'), folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const errors: string[] = [];
  // whatever becomes of the test, it must not be waited for
  child.unref();
  child.channel?.unref();
  child.on('message', (told: Told) => { if (told.kind === 'logged') errors.push(told.line); });
  const told = <K extends Told['kind']>(kind: K): Promise<Extract<Told, { kind: K }>> => new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('the service is gone'));
    child.once('exit', gone);
    const hear = (one: Told): void => {
      if (one.kind !== kind) return;
      child.off('message', hear);
      child.off('exit', gone);
      resolve(one as Extract<Told, { kind: K }>);
    };
    child.on('message', hear);
  });
  const { port } = await told('listening');
  return {
    port, errors,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    memory: async () => {
      const answer = told('holds');
      child.send('how much?');
      return (await answer).bytes;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
};
