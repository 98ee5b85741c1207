/**
 * The event store does not say what became of a write. Thrown rather than returned, for nobody may mistake it for a verdict. Whoever answers
 * requests says that the service is busy, and not that nothing happened.
 */
export class StoreInDoubt extends Error {
  constructor(stream: string, reason: string) {
    super(`the store does not say whether it wrote to ${stream}: ${reason}`);
    this.name = 'StoreInDoubt';
  }
}
