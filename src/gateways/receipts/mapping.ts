import { z } from 'zod';

/**
 * Where a provider's callback says what became of messages.
 *
 * A place is a name or a JSON pointer (RFC 6901). A name is a field of the JSON object, of the query or of the form, whichever has it; so
 * one mapping serves providers that call by GET, by form and by JSON alike.
 */
export interface ReceiptMapping {
  /** Pointer to the receipts where one callback holds several; `*` stands for every element of a list. The other places are seen from there. */
  readonly each?: string | undefined;
  /** The provider's id of the message, as it gave it when it took the message. */
  readonly messageId?: string | undefined;
  /** Our reference, where the provider gives it back. */
  readonly reference?: string | undefined;
  /** Its word or number for what became of the message. */
  readonly state: string;
  /** A further word or number that says why. */
  readonly detail?: string | undefined;
  /** States that mean so, in any case. Every other state means that the message is still on its way. */
  readonly delivered: readonly string[];
  readonly undelivered: readonly string[];
}

const place = z.string().min(1).max(200);
const states = z.array(z.string().min(1).max(60)).max(100);

/** The mapping as options of a gateway; see `ReceiptMapping`. */
export const mappingShape = {
  each: place.startsWith('/', { error: 'must be a JSON pointer such as /results/*' }).optional(),
  messageId: place.optional(),
  reference: place.optional(),
  state: place,
  detail: place.optional(),
  delivered: states.min(1),
  undelivered: states.default([]),
};
