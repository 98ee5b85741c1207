import type { Context } from './context.js';
import type { Undecided } from './handler.js';
import type { KnownMessage, MessageArrivals, Messages } from './ports.js';

/** What a gateway says became of a message. */
export interface GivenReceipt {
  readonly messageId?: string;
  readonly reference?: string;
  readonly state: FinalState | 'pending';
  readonly detail?: string;
}

export type FinalState = 'delivered' | 'undelivered';
export type FinalReceipt = GivenReceipt & { readonly state: FinalState };

/** `known`: it says nothing new. `unknown`: nobody knows of such a message. */
export type Settled = 'recorded' | 'known' | 'unknown';

/** Where a message is told of: a stream, and which of its messages. */
export type Place = Pick<KnownMessage, 'stream' | 'part'>;

/** One kind of stream that sends messages. */
export interface MessageStreams {
  has(stream: string): boolean;
  /** The place that a reference names, if it is one of this kind. */
  named(reference: string): Place | undefined;
  /** Whether a message of which nothing is written down yet may be with that gateway. */
  expects(message: KnownMessage): Promise<boolean>;
  settle(message: KnownMessage, receipt: FinalReceipt, context: Context): Promise<Exclude<Settled, 'unknown'> | Undecided>;
}

/** Milliseconds; a receipt may be faster than our own record of the answer that it belongs to. */
const longestWait = 500;

/**
 * Writes down what became of messages. A receipt is believed of the gateway that it came from only, and of messages that went through that
 * gateway only. Twice is once, and a late one counts like any other.
 */
export class RecordReceipt {
  constructor(
    private readonly messages: Messages,
    private readonly arrivals: MessageArrivals,
    private readonly kinds: readonly MessageStreams[],
  ) {}

  /** @param context its command id is made anew from what the receipt says, so that a repeat writes nothing twice */
  async record(gateway: string, receipt: GivenReceipt, context: Omit<Context, 'commandId'>): Promise<Settled | Undecided> {
    const { state } = receipt;
    if (state === 'pending') return 'known';
    const message = await this.find(gateway, receipt);
    const kind = message && this.kinds.find(({ has }) => has(message.stream));
    if (!message || !kind) return 'unknown';
    return kind.settle(message, { ...receipt, state }, { ...context, commandId: `receipt/${gateway}/${message.stream}/${message.part}/${state}` });
  }

  private async find(gateway: string, { messageId, reference }: GivenReceipt): Promise<KnownMessage | undefined> {
    for (const kind of reference === undefined ? [] : this.kinds) {
      const place = kind.named(reference!);
      if (!place) continue;
      const known = await this.messages.at(place, gateway);
      if (known) return known;
      if (await kind.expects({ ...place, gateway })) return { ...place, gateway };
    }
    if (messageId === undefined) return undefined;
    // begun before the look, so that nothing falls between the two
    const arrival = this.arrivals.expect(gateway, messageId);
    try {
      const known = await this.messages.withId(gateway, messageId);
      if (known) return known;
      // another instance may be the one that sends, and what it writes down is not told of here: hence the second look in any case
      await arrival.within(longestWait);
      return await this.messages.withId(gateway, messageId);
    } finally {
      arrival.forget();
    }
  }
}
