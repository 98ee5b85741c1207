import { randomInt } from 'node:crypto';

/** Decimal digits from the operating system's generator, every one equally likely. */
const digits = (count: number): string => Array.from({ length: count }, () => randomInt(10)).join('');

/** Transaction id of privacyIDEA and of the native API: 20 digits. */
export const digits20 = (): string => digits(20);

/**
 * Transaction ids of LinOTP: none has a leading zero. For several tokens it is a root, to which a part of three signs for each token is added
 * on the wire.
 * @param length digits of an id for one token (`TransactionIdLength`)
 * @returns makes an id for so many tokens
 */
export const linotpTransactionIds = (length: number) => (tokens: number): string => `${randomInt(1, 10)}${digits((tokens > 1 ? length - 3 : length) - 1)}`;
