import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

/** Streams whose person was forgotten. Outlives the store: one that is restored from a backup brings back the keys that were destroyed since. */
export interface Erasures {
  all(): readonly string[];
  /** Durable when it returns. */
  remember(stream: string): void;
}

/** @param file one name in a line; made with mode 0600 at the first erasure */
export const openErasures = (file: string): Erasures => {
  const known = new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line !== '') : []);
  return {
    all: () => [...known],
    remember(stream) {
      if (known.has(stream)) return;
      const handle = openSync(file, 'a', 0o600);
      try {
        writeSync(handle, `${stream}\n`);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      known.add(stream);
    },
  };
};
