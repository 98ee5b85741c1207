/** A transaction over several tokens has an id for each: the transaction's own, and the token's number behind a dot. */

/** The transaction that an id of either kind means. */
export const transactionOf = (id: string): string => /^(\d+)\.\d\d$/.exec(id)?.[1] ?? id;

/**
 * The id that one token of a transaction is told.
 * @param siblings serials of all tokens in it
 */
export const idFor = (serial: string, transactionId: string, siblings: readonly string[]): string =>
  siblings.length < 2 ? transactionId : `${transactionId}.${String([...siblings].sort().indexOf(serial) + 1).padStart(2, '0')}`;
