import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { firstValueFrom } from 'rxjs';
import { evolveNotification, initialNotification } from './commands/notification.js';
import type { Config } from './config.js';
import { keysFile, masterKeyFile } from './dataFolder.js';
import { notificationStream, type NotificationEvent } from './events/notification.js';
import { retentionStream, type RetentionDraft } from './events/retention.js';
import { loadMasterKey } from './security/masterKey.js';
import { readSqliteKeys } from './security/sqliteKeysReader.js';
import { openVault, type OpenVault, type VaultParts } from './security/vault.js';
import { openDirectly } from './store/eventstoredb/directStore.js';
import { Journal } from './store/journal.js';
import type { StoredRecord } from './store/port.js';
import { expire } from './store/retention/expire.js';
import { lookForExpiring, type Expiring, type Staying } from './store/retention/lookForExpiring.js';
import { openSqliteReader } from './store/sqlite/sqliteReader.js';

/** Why nothing is given up, or no more, in words for the operator. */
export class CannotExpire extends Error {}

export interface Expired {
  readonly olderThan: string;
  readonly streams: number;
  readonly events: number;
  /** Streams of each family, by the word that their names begin with. */
  readonly families: Readonly<Record<string, number>>;
  readonly newest?: string;
  readonly staying: readonly Staying[];
}

export interface ExpireOptions {
  /** Data folder of the archive. */
  readonly archive: string;
  /** Only streams that got no event since. */
  readonly olderThan: Date;
  /** Looks, and changes nothing. */
  readonly dryRun: boolean;
  /** How much of the log was looked at, from 0 to 1. */
  readonly progress: (events: number, share: number) => void;
  readonly signal: AbortSignal;
}

/** A code lives for 30 days at the most, and what a gateway says of an SMS is waited for as long: what is older is never asked for again. */
export const leastDays = 60;

/**
 * Gives up, on a cluster, old streams on which nothing hangs and which lie in an archive.
 * @throws CannotExpire
 */
export const expireStreams = async (config: Config, { archive, olderThan, dryRun, progress, signal }: ExpireOptions): Promise<Expired> => {
  if (config.store === 'sqlite') throw new CannotExpire('events of the embedded store are never deleted (TANAGER_STORE is sqlite)');
  if (config.store === 'memory') throw new CannotExpire('TANAGER_STORE is memory: its events are gone with the service');
  const toClose: (() => Promise<void>)[] = [];
  try {
    const master = loadMasterKey({ given: config.masterKey?.reveal(), file: masterKeyFile(config), mayCreate: false });
    if (master.kind === 'refused') throw new CannotExpire(master.message);
    const folder = resolve(archive);
    const archived = openSqliteReader(folder);
    if (archived.kind === 'refused') throw new CannotExpire(archived.message);
    toClose.push(() => archived.store.close());
    if (!existsSync(keysFile({ dataDir: folder }))) throw new CannotExpire(`the data keys of the archive are missing: ${keysFile({ dataDir: folder })} does not exist`);
    const archivedKeys = readSqliteKeys(keysFile({ dataDir: folder }));
    toClose.push(() => archivedKeys.close());
    await vaultOver({ master: master.key, keys: archivedKeys }, 'the archive');

    const cluster = openDirectly({ connectionString: config.store, prefix: config.streamPrefix });
    toClose.push(() => cluster.store.close());
    if (await cluster.keys.isEmpty()) throw new CannotExpire('no service has ever run on this cluster with this prefix');
    const journal = new Journal(cluster.store, await vaultOver({ master: master.key, keys: cluster.keys }, 'the cluster'), 'store expire');
    const until = await firstValueFrom(cluster.store.head);
    const looking = lookForExpiring({
      cluster, archive: { store: archived.store, keys: archivedKeys }, olderThan: olderThan.toISOString(),
      isEnded: (stream, records) => isEnded(journal, stream, records), progress: (events, position) => progress(events, Math.min(1, position / until)),
    });
    const parts = {
      olderThan: olderThan.toISOString(), archive: await archived.store.identity(),
      keepList: (digest: string, text: string) => keepList(join(folder, `expired-${digest}.txt`), text),
      record: (draft: RetentionDraft) => record(journal, draft), deleteStream: cluster.deleteStream,
    };

    const found: Expiring[] = [];
    const staying: Staying[] = [];
    let waiting: Expiring[] = [];
    const giveUp = async (): Promise<void> => {
      const changed = dryRun || waiting.length === 0 ? [] : await expire(parts, waiting);
      found.push(...waiting.filter(({ stream }) => !changed.includes(stream)));
      staying.push(...changed.map((stream) => ({ stream, reason: 'it got an event meanwhile' })));
      waiting = [];
    };
    for await (const page of looking) {
      waiting.push(...page.expiring);
      staying.push(...page.staying);
      if (waiting.length >= inOneEvent) await giveUp();
      if (signal.aborted) throw new CannotExpire('stopped; what was deleted before is written down');
    }
    await giveUp();
    return summary(olderThan, found, staying);
  } catch (error) {
    throw error instanceof CannotExpire ? error : new CannotExpire((error as Error).message, { cause: error });
  } finally {
    for (const close of toClose.reverse()) await close();
  }
};

const vaultOver = async (parts: VaultParts, name: string): Promise<OpenVault> => {
  const result = await openVault({ ...parts, remembered: 0 });
  if (result.kind === 'refused') throw new CannotExpire(`${name} was sealed under another master key`);
  return result.vault;
};

/** A notification is over when it was sent, parked or suppressed; the others are over when they are old. */
const isEnded = (journal: Journal, stream: string, records: readonly StoredRecord[]): boolean =>
  !stream.startsWith(notificationStream('')) ||
  records.map((each) => journal.decode(each) as NotificationEvent).reduce(evolveNotification, initialNotification).state !== 'due';

const record = async (journal: Journal, draft: RetentionDraft): Promise<void> => {
  const id = randomUUID();
  const written = await journal.append(retentionStream, 'any', [draft], { commandId: id, actor: { kind: 'system', name: 'store expire' }, correlationId: id });
  if (written.kind !== 'appended') throw new CannotExpire(`it could not be written down what expires, and nothing more was deleted: ${'reason' in written ? written.reason : written.kind}`);
};

const keepList = (file: string, text: string): void => {
  const handle = openSync(file, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

const summary = (olderThan: Date, found: readonly Expiring[], staying: readonly Staying[]): Expired => {
  const families: Record<string, number> = {};
  for (const { stream } of found) {
    const family = stream.split('-', 1)[0]!;
    families[family] = (families[family] ?? 0) + 1;
  }
  const newest = found.reduce((last, each) => (each.newest > last ? each.newest : last), '');
  return {
    olderThan: olderThan.toISOString(), streams: found.length, events: found.reduce((sum, { events }) => sum + events, 0), families,
    ...(newest === '' ? {} : { newest }), staying,
  };
};

/** Streams that one event tells of; their list is kept as a file. */
const inOneEvent = 10_000;
