/**
 * The event store does not answer a question, so that nothing was decided. Thrown rather than returned, for nobody may mistake it for "there is
 * nothing". Whoever answers requests says that the service is busy.
 */
export class StoreSilent extends Error {
  /** @param reason for the log */
  constructor(reason: string, options?: ErrorOptions) {
    super(`the event store does not answer: ${reason}`, options);
    this.name = 'StoreSilent';
  }
}
