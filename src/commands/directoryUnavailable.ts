/**
 * A user directory cannot be asked; nothing was decided. Thrown rather than returned, for nobody may mistake it for "there is no such user".
 * Whoever answers requests says that the service is busy.
 */
export class DirectoryUnavailable extends Error {
  /** @param resolver the name of the directory in the configuration */
  constructor(resolver: string) {
    super(`the user directory ${resolver} cannot be asked`);
    this.name = 'DirectoryUnavailable';
  }
}
