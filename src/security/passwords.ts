import { randomInt } from 'node:crypto';
import { Secret } from './secret.js';

/** Lower case and digits without those that look alike (i, l, o, 0, 1): 31 characters, 4.95 bits each. */
const readable = 'abcdefghjkmnpqrstuvwxyz23456789';
const groups = 4;
const groupLength = 6;

/** A random password that can be read out and typed: four groups of six, 118 bits. */
export const newPassword = (): Secret => {
  const group = (): string => Array.from({ length: groupLength }, () => readable[randomInt(readable.length)]).join('');
  return new Secret(Array.from({ length: groups }, group).join('-'));
};
