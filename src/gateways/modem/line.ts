import type { Duplex } from 'node:stream';

/** A serial line that is open: bytes both ways, until its stream closes. */
export interface Line {
  readonly stream: Duplex;
  close(): Promise<void>;
}

/** Opens the line, or says in words why it cannot. Never throws. */
export type OpenLine = () => Promise<Line | { readonly problem: string }>;
