import { Subject, type Observable } from 'rxjs';
import type { Secret } from '../../security/secret.js';

/** A message that the development gateway kept. */
export interface KeptMessage {
  /** Grows with every message. */
  readonly number: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Name of the gateway. */
  readonly gateway: string;
  readonly to: string;
  /** Whole text; whoever shows it has to say so by `reveal`. */
  readonly text: Secret;
  readonly reference: string;
}

/** The last messages of all development gateways. In memory only: a code must not outlive the process that made it. */
export interface DevelopmentInbox {
  /** Newest last. */
  messages(): readonly KeptMessage[];
  /** Every message from now on, as it comes. */
  readonly arrivals: Observable<KeptMessage>;
  keep(message: Omit<KeptMessage, 'number'>): KeptMessage;
}

/**
 * @param keep how many messages are remembered
 * @param onMessage is called with each message, for a line on the console
 */
export const developmentInbox = ({ keep = 50, onMessage }: { keep?: number; onMessage?: (message: KeptMessage) => void } = {}): DevelopmentInbox => {
  let kept: readonly KeptMessage[] = [];
  let count = 0;
  const arrivals = new Subject<KeptMessage>();
  return {
    messages: () => kept,
    arrivals: arrivals.asObservable(),
    keep: (message) => {
      const numbered = { number: (count += 1), ...message };
      kept = [...kept, numbered].slice(-keep);
      onMessage?.(numbered);
      arrivals.next(numbered);
      return numbered;
    },
  };
};
