import { ErrorType } from '@eventstore/db-client';

/**
 * What an error of the client says about an append. `not-written`: certain, and worth another try; `refused`: certain, and no try will help;
 * `unknown`: the request may have reached the server.
 */
export type Fault = 'conflict' | 'not-written' | 'refused' | 'unknown';

export const faultOf = (error: unknown): Fault => {
  switch ((error as { readonly type?: unknown }).type) {
    case ErrorType.WRONG_EXPECTED_VERSION:
      return 'conflict';
    case ErrorType.NOT_LEADER:
      return 'not-written';
    case ErrorType.ACCESS_DENIED:
    case ErrorType.STREAM_DELETED:
    case ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED:
    case ErrorType.UNSUPPORTED:
      return 'refused';
    default:
      // a cluster in which no node can be found took nothing
      return error instanceof Error && /^Failed to discover/.test(error.message) ? 'not-written' : 'unknown';
  }
};

/** Whether the thing that was asked for is not there. */
export const isNotFound = (error: unknown): boolean => (error as { readonly type?: unknown }).type === ErrorType.STREAM_NOT_FOUND;
export const isDeleted = (error: unknown): boolean => (error as { readonly type?: unknown }).type === ErrorType.STREAM_DELETED;

/** Whether asking again may help: the connection, the node or the time was at fault, not the question. */
export const isPassing = (error: unknown): boolean =>
  !([ErrorType.STREAM_NOT_FOUND, ErrorType.STREAM_DELETED, ErrorType.ACCESS_DENIED, ErrorType.INVALID_ARGUMENT] as unknown[]).includes((error as { readonly type?: unknown }).type);

/** The place of no event; the server has no type for it. */
export const isNoPlace = (error: unknown): boolean => /invalid position/i.test(inWords(error));

/** An error in words for the operator. No event and no credentials stand in what the client says of a call. */
export const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));
