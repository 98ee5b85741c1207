import { createHash } from 'node:crypto';
import type { RetentionDraft } from '../../events/retention.js';
import type { Expiring } from './lookForExpiring.js';

/** The list of what is given up, in the form in which it is kept beside the archive and digested. */
export const listOf = (streams: readonly Expiring[]): { readonly text: string; readonly digest: string } => {
  const text = streams.map(({ stream, lastRevision, lastId }) => `${stream}\t${lastRevision}\t${lastId}\n`).join('');
  return { text, digest: createHash('sha256').update(text).digest('hex') };
};

export interface ExpiringParts {
  readonly olderThan: string;
  /** Identity of the archive's log. */
  readonly archive: string;
  /** Keeps a list beside the archive; durable when it returns. */
  readonly keepList: (digest: string, text: string) => void;
  /** Writes down what is given up; durable when it resolves. @throws Error when it cannot be written */
  readonly record: (draft: RetentionDraft) => Promise<void>;
  readonly deleteStream: (stream: string, lastRevision: number) => Promise<boolean>;
}

/**
 * Gives streams up: first it is kept and written down which, then they are deleted. What is interrupted between the two is found, and written
 * down, once more by the next run.
 *
 * @returns those that got an event meanwhile, and stay
 */
export const expire = async ({ olderThan, archive, keepList, record, deleteStream }: ExpiringParts, streams: readonly Expiring[]): Promise<readonly string[]> => {
  const { text, digest } = listOf(streams);
  keepList(digest, text);
  await record({
    type: 'StreamsExpired',
    data: {
      streams: streams.length, events: streams.reduce((sum, { events }) => sum + events, 0), olderThan, archive, digest,
      newest: streams.reduce((newest, each) => (each.newest > newest ? each.newest : newest), ''),
    },
  });
  const changed: string[] = [];
  for (let done = 0; done < streams.length; done += atOnce) {
    await Promise.all(streams.slice(done, done + atOnce).map(async ({ stream, lastRevision }) => {
      if (!(await deleteStream(stream, lastRevision))) changed.push(stream);
    }));
  }
  return changed;
};

const atOnce = 50;
