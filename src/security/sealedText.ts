import type { Sealed } from '../events/event.js';

/** `s1.<generation>.<event id>.<field>.<nonce, ciphertext and tag in base64url>`: all that is needed to check where it belongs. */
const format = 's1';

export interface SealedParts {
  readonly generation: number;
  readonly eventId: string;
  readonly field: string;
  /** 12 bytes nonce, ciphertext, 16 bytes tag; base64url. */
  readonly box: string;
}

const name = /^[^.\s]{1,200}$/;

/** @throws Error when an id or a field holds a full stop or white space, which the format needs */
export const checkNames = (eventId: string, field: string): void => {
  if (!name.test(eventId) || !name.test(field)) throw new Error('an event id and a field name are 1 to 200 characters without full stop and white space');
};

export const joinSealed = ({ generation, eventId, field, box }: SealedParts): Sealed => `${format}.${generation}.${eventId}.${field}.${box}` as Sealed;

/** @throws Error when the text is not a sealed value; it is not repeated, for it may be plain text that should have been sealed */
export const splitSealed = (sealed: Sealed): SealedParts => {
  const [version, generation, eventId, field, box, more] = sealed.split('.');
  if (version !== format || !generation || !eventId || !field || box === undefined || more !== undefined || !/^[1-9]\d{0,8}$/.test(generation)) {
    throw new Error('not a sealed value');
  }
  return { generation: Number(generation), eventId, field, box };
};

/**
 * The event and field that a sealed value was made for, as it says itself; opening it proves it.
 * @throws Error when the text is not a sealed value
 */
export const boundTo = (sealed: Sealed): { readonly eventId: string; readonly field: string } => {
  const { eventId, field } = splitSealed(sealed);
  return { eventId, field };
};

/** What the ciphertext is bound to besides its key. The stream comes last, since it alone may hold any character. */
export const boundData = (stream: string, generation: number, eventId: string, field: string): Buffer =>
  Buffer.from(`${format}\n${generation}\n${eventId}\n${field}\n${stream}`, 'utf8');
