import type { Dispatcher } from 'undici';

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** At most `longestReply` bytes of it. */
  readonly body: string;
  /** Whether this is the whole reply, or as much of it as anybody reads. */
  readonly complete: boolean;
}

export type Exchange =
  | { readonly kind: 'answered'; readonly reply: Reply }
  /** `written`: the request was, or may have been, written to a connection. Otherwise surely nothing was sent. */
  | { readonly kind: 'failed'; readonly written: boolean; readonly cause: Error | 'connect timeout' | 'timeout' };

/** Bytes of a reply that are read; what comes after is never looked at. */
const longestReply = 65_536;

/**
 * Sends one request and reads its reply.
 *
 * It is written against the dispatcher itself because only there one learns whether a request reached a connection, which makes the
 * difference between *unavailable* and *unknown*.
 *
 * @param limits milliseconds until there is a connection, and from then to the end of the reply
 */
export const exchange = (
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  limits: { readonly connect: number; readonly reply: number },
): Promise<Exchange> =>
  new Promise((resolve) => {
    let over = false;
    let controller: Dispatcher.DispatchController | undefined;
    let start: { status: number; headers: Reply['headers'] } | undefined;
    const chunks: Buffer[] = [];
    let size = 0;
    let whole: Exchange | undefined;

    const end = (result: Exchange): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      resolve(result);
      if (controller && !controller.aborted && result !== whole) controller.abort(new Error('no longer wanted'));
    };
    const answered = (complete: boolean): Exchange => ({
      kind: 'answered',
      reply: { ...start!, body: decode(Buffer.concat(chunks).subarray(0, longestReply), start!.headers['content-type']), complete },
    });
    const fail = (cause: Error | 'connect timeout' | 'timeout'): void =>
      // a status is worth something even when the rest never came
      end(start ? answered(false) : { kind: 'failed', written: controller !== undefined, cause });

    let timer = setTimeout(() => fail('connect timeout'), limits.connect);
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (given) => {
        // too late: nobody waits any more, and nothing is written yet
        if (over) return given.abort(new Error('no longer wanted'));
        controller = given;
        clearTimeout(timer);
        timer = setTimeout(() => fail('timeout'), limits.reply);
      },
      onResponseStart: (_, status, headers) => {
        if (status >= 200) start = { status, headers };
      },
      onResponseData: (_, chunk) => {
        if (over) return;
        chunks.push(chunk);
        size += chunk.length;
        if (size >= longestReply) end(answered(true));
      },
      onResponseEnd: () => {
        if (over) return;
        whole = answered(true);
        end(whole);
      },
      onResponseError: (_, error) => fail(error),
    };
    try {
      dispatcher.dispatch(request, handler);
    } catch (error) {
      fail(error as Error);
    }
  });

const decode = (bytes: Buffer, contentType: Reply['headers'][string]): string => {
  const charset = /charset="?([\w-]+)/i.exec(String(contentType ?? ''))?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
};
