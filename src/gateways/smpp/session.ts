import type { Connection } from './connection.js';

/** How long to wait before the next try, in milliseconds. */
export interface Pace {
  readonly first: number;
  readonly longest: number;
}

/** A bind that is made anew whenever it is lost. */
export interface Session {
  /** Keeps trying from now on. */
  start(): void;
  /** The connection that is bound; one is made for it where the last attempt is not too fresh. */
  bound(): Promise<Connection | { readonly problem: string }>;
  readonly standing: { readonly bound: boolean; /** When it became so. */ readonly since: Date; readonly problem?: string };
  /** Makes no new connection. @returns the one that there is */
  stop(): Promise<Connection | undefined>;
}

/**
 * @param make connects and binds, within a time of its own
 * @param warn is told when the line drops and when it first cannot be had again
 */
export const keptSession = (
  make: () => Promise<Connection | { readonly problem: string }>,
  { pace, warn, now = () => new Date() }: { pace: Pace; warn: (problem: string) => void; now?: () => Date },
): Session => {
  let connection: Connection | undefined;
  let making: Promise<Connection | { readonly problem: string }> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let standing: Session['standing'] = { bound: false, since: now() };
  let failures = 0;
  let triedAt = -Infinity;
  let stopped = false;

  const again = (): void => {
    if (stopped) return;
    const pause = Math.min(pace.longest, pace.first * 2 ** Math.max(0, failures - 1));
    // spread, so that many who lost one SMSC do not come back at once
    timer = setTimeout(() => void connect(), pause * (0.5 + Math.random() / 2));
    timer.unref();
  };

  const attempt = async (): Promise<Connection | { readonly problem: string }> => {
    triedAt = performance.now();
    const result = await make().catch((): { problem: string } => ({ problem: 'the connection failed' }));
    making = undefined;
    if ('problem' in result) {
      failures += 1;
      if (failures === 1) warn(result.problem);
      standing = { bound: false, since: standing.bound ? now() : standing.since, problem: result.problem };
      again();
      return result;
    }
    if (stopped) {
      result.end('the gateway is being closed');
      return { problem: 'the gateway is being closed' };
    }
    connection = result;
    const since = now();
    standing = { bound: true, since };
    void result.ended.then((cause) => {
      connection = undefined;
      // a line that drops as soon as it is there is no better than one that is not
      failures = now().getTime() - since.getTime() < pace.longest ? failures + 1 : 0;
      standing = { bound: false, since: now(), problem: cause };
      if (!stopped) warn(cause);
      again();
    });
    return result;
  };

  const connect = (): Promise<Connection | { readonly problem: string }> => {
    clearTimeout(timer);
    return (making ??= attempt());
  };

  return {
    start: () => void connect(),
    bound: async () => {
      if (stopped) return { problem: 'the gateway is being closed' };
      if (connection?.open) return connection;
      if (making) return making;
      // a message does not wait for the next try, but neither may messages hammer at a line that is down
      return failures > 0 && performance.now() - triedAt < pace.first ? { problem: standing.problem ?? 'the connection failed' } : connect();
    },
    get standing() {
      return standing;
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await making;
      return connection;
    },
  };
};
