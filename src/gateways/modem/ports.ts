import { realpathSync } from 'node:fs';

interface Holder {
  readonly gateway: string;
  /** Resolves when the port is free; from `leave` on others may wait for it. */
  readonly free: Promise<void>;
  leaving: boolean;
}

/** Which gateway of this process has which port: what a modem says has one hearer. */
const holders = new Map<string, Holder>();

/** A port that belongs to one gateway. */
export interface Claim {
  /** The gateway is being closed: whoever wants the port next waits for `release`. */
  leave(): void;
  release(): void;
}

/**
 * Takes a port for a gateway. Where another one is just leaving it, as when its definition was changed, this waits until it is free.
 * @returns in `problem` that another gateway has it
 */
export const claimPort = async (path: string, gateway: string): Promise<Claim | { readonly problem: string }> => {
  const port = realPath(path);
  for (let holder = holders.get(port); holder; holder = holders.get(port)) {
    if (!holder.leaving) return { problem: `the gateway ${holder.gateway} uses the same port: a port belongs to one gateway` };
    await holder.free;
  }
  let free: () => void = () => undefined;
  const mine: Holder = { gateway, leaving: false, free: new Promise((resolve) => { free = resolve; }) };
  holders.set(port, mine);
  return {
    leave: () => { mine.leaving = true; },
    release: () => {
      if (holders.get(port) === mine) holders.delete(port);
      free();
    },
  };
};

/** Names below /dev/serial/by-id are links to the port. */
const realPath = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
};
