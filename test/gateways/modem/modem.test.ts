import { duplexPair, type Duplex } from 'node:stream';
import { modemContract } from '../../contract/modem.js';

let lines = 0;

modemContract(async (modem) => {
  const ends = new Set<Duplex>();
  let plugged = true;
  const close = async (): Promise<void> => {
    ends.forEach((end) => end.destroy());
    ends.clear();
  };
  return {
    port: `memory-${(lines += 1)}`,
    openLine: async () => {
      if (!plugged) return { problem: 'there is no such port: the modem is not plugged in, or the port has another name' };
      const [ours, theirs] = duplexPair();
      [ours, theirs].forEach((end) => ends.add(end));
      modem.attach(theirs);
      return { stream: ours, close: async () => void ours.destroy() };
    },
    unplug: async () => {
      plugged = false;
      await close();
    },
    plugIn: async () => { plugged = true; },
    close,
  };
});
