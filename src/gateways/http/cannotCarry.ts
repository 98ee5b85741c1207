/** Thrown where a message cannot be put into its place of a request; says why, without a piece of the message. Nothing was sent then. */
export class CannotCarry extends Error {}
