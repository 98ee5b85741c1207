import type { Progress } from '../../copyStores.js';
import type { Terminal } from '../command.js';

/**
 * Says how far the work on a store is: on a terminal in one line that is written over, else in a line now and then.
 * @param clock milliseconds on a clock that never goes back
 */
export const progressLine = ({ err, live }: Pick<Terminal, 'err' | 'live'>, clock: () => number = () => performance.now()) => {
  const every = live ? 200 : 5000;
  let phase: Progress['phase'] | undefined;
  let begun = 0;
  let said = 0;
  let written = false;
  const text = ({ events, share }: Progress, seconds: number): string =>
    `${words[phase!]} ${events} events, ${seconds > 0 ? Math.round(events / seconds) : 0}/s, ${Math.floor(share * 100)} %`;
  return {
    show(progress: Progress): void {
      const now = clock();
      if (progress.phase !== phase) [phase, begun, said] = [progress.phase, now, now];
      if (now - said < every) return;
      said = now;
      written = true;
      const line = text(progress, (now - begun) / 1000);
      void err(live ? `\r${line}\x1b[K` : `${line}\n`);
    },
    /** Clears the line for what comes after it. */
    async end(): Promise<void> {
      if (live && written) await err('\r\x1b[K');
    },
  };
};

const words: Readonly<Record<Progress['phase'], string>> = { comparing: 'Comparing what is there:', copying: 'Copying:', verifying: 'Verifying:', looking: 'Looking:' };
