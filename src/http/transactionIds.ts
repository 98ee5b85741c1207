import { randomInt } from 'node:crypto';

/** Decimal digits from the operating system's generator, every one equally likely. */
const digits = (count: number): string => Array.from({ length: count }, () => randomInt(10)).join('');

/** Transaction id of privacyIDEA and of the native API: 20 digits. */
export const digits20 = (): string => digits(20);

/**
 * Transaction id of LinOTP: 17 digits, none of them a leading zero, for one token; a root of 14 digits for several, to which a part
 * for each token is added on the wire.
 * @param tokens how many tokens take part
 */
export const linotpTransactionId = (tokens: number): string => `${randomInt(1, 10)}${digits((tokens > 1 ? 14 : 17) - 1)}`;
