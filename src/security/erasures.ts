import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';

/** That the person behind a stream was forgotten. */
export interface Erasure {
  /** Of the event that says so. */
  readonly id: string;
  readonly stream: string;
}

/** Which erasures there were. Outlives the log: one that is restored from a backup has lost some of them, and the keys that they destroyed are back. */
export interface Erasures {
  /** Takes note of an erasure that stands in the log. Durable when it returns. */
  remember(erasure: Erasure): void;
  /**
   * Streams whose erasure the log has lost. To be asked when the log has been read from its beginning, every erasure in it `remember`ed. One
   * that another instance has repeated is not among them: whoever is behind that stream now may be somebody else.
   */
  lost(): readonly string[];
  /** The lost ones were repeated: they are not asked for again. Durable when it returns. */
  settle(): void;
}

/**
 * @param file one erasure in a line, with the identity of its log; made with mode 0600 at the first
 * @param log identity of the log that is followed; those of others are kept, and left alone
 */
export const openErasures = (file: string, log: string): Erasures => {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line !== '') : [];
  const known = new Map(lines.map((line) => line.split('\t')).filter(([of]) => of === log).map(([, id, stream]) => [id!, stream!]));
  const others = lines.filter((line) => !line.startsWith(`${log}\t`));
  const seen = new Set<string>();
  const repeated = new Set<string>();
  const lineOf = ({ id, stream }: Erasure): string => `${log}\t${id}\t${stream}\n`;
  return {
    remember({ id, stream }) {
      seen.add(id);
      if (known.has(id)) return;
      write(file, 'a', lineOf({ id, stream }));
      known.set(id, stream);
      repeated.add(stream);
    },
    lost: () => [...new Set([...known].filter(([id, stream]) => !seen.has(id) && !repeated.has(stream)).map(([, stream]) => stream))],
    settle() {
      for (const id of known.keys()) if (!seen.has(id)) known.delete(id);
      const draft = `${file}.new`;
      write(draft, 'w', others.map((line) => `${line}\n`).join('') + [...known].map(([id, stream]) => lineOf({ id, stream })).join(''));
      renameSync(draft, file);
    },
  };
};

const write = (file: string, how: 'a' | 'w', text: string): void => {
  const handle = openSync(file, how, 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};
