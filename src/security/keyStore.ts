/** A data key as it is kept: encrypted under the master's wrapping key. */
export interface WrappedKey {
  /** 1 for the first key of a stream; grows with every key, and no number comes twice. */
  readonly generation: number;
  /** Undefined when the key was destroyed; that there was one is not forgotten. */
  readonly wrapped: Uint8Array | undefined;
}

/** Where data keys lie. Outside the event store and its backups, for a backup of a destroyed key would bring back the person. */
export interface KeyStore {
  /** Every key that the stream ever had, oldest first; empty for a stream without keys. */
  get(stream: string): Promise<readonly WrappedKey[]>;
  /**
   * Keeps a new key; durable when it resolves.
   * @returns false when this generation exists: somebody else made one, and theirs counts
   */
  put(stream: string, generation: number, wrapped: Uint8Array): Promise<boolean>;
  /** Destroys every key of the stream so that no byte of them is left; durable when it resolves. */
  destroy(stream: string): Promise<void>;
  /** A value that only the right master key can give, kept at first use, before any key. @returns the one that was kept first */
  checkValue(offered: string): Promise<string>;
  /** Whether there is any key at all: then the master key must not be made anew. */
  isEmpty(): Promise<boolean>;
  /** Waits for what was accepted, then lets go of everything. */
  close(): Promise<void>;
}
