/** What a user proves first: the PIN of the token, the password that the user directory has, or nothing at all. */
export type FirstFactor = 'pin' | 'password' | 'none';

/** As both old servers write it in their policies. */
const words: Readonly<Record<string, FirstFactor>> = {
  tokenpin: 'pin', token_pin: 'pin', 0: 'pin',
  userstore: 'password', password: 'password', 1: 'password',
  none: 'none', only_otp: 'none', 2: 'none',
};
/** LinOTP's fourth way: whatever stands before the code is passed over. */
const anything: readonly string[] = ['ignore_pin', '3'];

const read = (value: string): FirstFactor | undefined => {
  const word = value.trim().toLowerCase();
  return Object.hasOwn(words, word) ? words[word] : undefined;
};

/** @returns what is wrong with a value of the setting `otppin` */
export const firstFactorFault = (value: string): string | undefined => {
  if (read(value) !== undefined) return undefined;
  return anything.includes(value.trim().toLowerCase())
    ? 'must be tokenpin, userstore or none: if anything were right, a wrong code could not be told from the wish for an SMS, and would cost nothing'
    : 'must be tokenpin, userstore or none';
};

export const firstFactorOf = (value: string): FirstFactor => read(value) ?? 'pin';
