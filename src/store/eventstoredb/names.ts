/**
 * Streams on the server: those of the events begin with the prefix that sets this service apart from others on the same cluster; those that
 * are the adapter's own go on with `@`, which no stream of events may begin with.
 */
export interface Names {
  /** The stream on the server. @throws Error for a name that the server or the adapter keep for themselves */
  onServer(stream: string): string;
  /** The stream as the service knows it; undefined for one that holds no events of this service. */
  known(streamOnServer: string): string | undefined;
  own(name: string): string;
  /** Regular expression (.NET's and ours) of the streams that hold events of this service. */
  readonly pattern: string;
}

export const prefixRule = 'at most 64 letters, digits and the signs _ . -';
export const prefixPattern = /^[0-9A-Za-z_.-]{0,64}$/;

export const namesWith = (prefix: string): Names => ({
  onServer(stream) {
    if (/^[@$]/.test(stream)) throw new Error(`a stream of events cannot be named ${stream}`);
    return prefix + stream;
  },
  known(streamOnServer) {
    const stream = streamOnServer.slice(prefix.length);
    return streamOnServer.startsWith(prefix) && stream !== '' && !/^[@$]/.test(stream) ? stream : undefined;
  },
  own: (name) => `${prefix}@${name}`,
  pattern: `^${prefix.replaceAll('.', '\\.')}[^@$]`,
});
