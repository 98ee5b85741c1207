import { Worker } from 'node:worker_threads';
import type { FromWriter, RequestKind, Requests, ToWriter, WriterSettings } from './messages.js';

/** The writer thread went away without being asked to. */
export class WriterGone extends Error {}

/** The main thread's end of the line to the writer thread. */
export interface Link {
  readonly opened: Extract<FromWriter, { kind: 'ready' }>;
  /** @throws WriterGone when there is nobody to answer, or nobody any more; Error for what the writer reports */
  request<K extends RequestKind>(kind: K, request: Requests[K]['request']): Promise<Requests[K]['reply']>;
  /** Resolves when the thread has ended. */
  readonly ended: Promise<void>;
}

interface Waiting {
  readonly done: (value: unknown) => void;
  readonly failed: (error: Error) => void;
}

/**
 * Starts the writer thread and waits until it holds the folder.
 *
 * @param onGone called once if the thread dies of its own
 * @throws Error with the writer's own words when it cannot open the folder
 */
export const startWriter = async (file: URL, settings: WriterSettings, onGone: (reason: string) => void): Promise<Link> => {
  const worker = new Worker(file, { workerData: settings, name: 'tanager-writer' });
  /** Replies come in the order of the requests. */
  const waiting: Waiting[] = [];
  let gone: WriterGone | undefined;
  let closing = false;

  const fail = (reason: string): void => {
    if (gone) return;
    gone = new WriterGone(reason);
    for (const { failed } of waiting.splice(0)) failed(gone);
    if (!closing) onGone(reason);
  };
  const ended = new Promise<number>((resolve) => worker.once('exit', resolve)).then((code) => fail(`the writer thread ended with code ${code}`));

  const opened = await new Promise<FromWriter>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the writer thread ended with code ${code} before it began`)));
  });
  if (opened.kind !== 'ready') {
    closing = true;
    await ended;
    throw new Error(opened.kind === 'refused' ? opened.message : 'the writer thread speaks out of turn');
  }

  worker.on('error', (error) => fail(`the writer thread failed: ${error instanceof Error ? error.message : String(error)}`));
  worker.on('message', (message: FromWriter) => {
    const first = waiting.shift();
    if (message.kind === 'reply') first?.done(message.value);
    else if (message.kind === 'failed') first?.failed(new Error(message.message));
  });

  return {
    opened,
    ended,
    request: <K extends RequestKind>(kind: K, request: Requests[K]['request']) =>
      new Promise<Requests[K]['reply']>((done, failed) => {
        if (gone) return failed(gone);
        if (kind === 'close') closing = true;
        waiting.push({ done: done as (value: unknown) => void, failed });
        worker.postMessage({ kind, request } satisfies ToWriter);
      }),
  };
};
