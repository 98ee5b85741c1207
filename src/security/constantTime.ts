import { hash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => hash('sha256', Buffer.from(text, 'utf16le'), 'buffer');

/** Compares texts of any length without an early exit: digests are compared, so that not even the length shows in the time. */
export const constantTimeEqual = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
