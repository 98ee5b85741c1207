/**
 * Whether an option, a parameter or a header is secret by its name: passwords, secrets, tokens, keys, PINs, and what proves who one is.
 * `receiptUrl` ends in what receipts are believed by. `SMS_TEXT_KEY` and `SMS_PHONENUMBER_KEY` only name parameters.
 */
export const isSecretName = (name: string): boolean =>
  /passw|passphrase|passcode|pwd|secret|token|credential|cookie|signature|authorization/i.test(name) ||
  (/(^|[-_. ]|api|access|private|auth|sim)(pass|pw|key|auth|pin)$/i.test(name) && !/^SMS_(TEXT|PHONENUMBER)_KEY$/i.test(name)) ||
  /[a-z](Key|Pass)$/.test(name) || name === 'receiptUrl';
