import { createHash } from 'node:crypto';
import { FORWARDS, NO_STREAM, START, ANY, binaryEvent, type EventData } from '@eventstore/db-client';
import type { KeyStore, WrappedKey } from '../../security/keyStore.js';
import { askUntilAnswered, collect, type Patience } from './ask.js';
import type { Connection } from './connection.js';
import { faultOf, isDeleted, isNotFound } from './faults.js';
import type { Names } from './names.js';

export interface ClusterKeysParts {
  readonly connection: Connection;
  readonly names: Names;
  readonly patience: Patience;
}

/**
 * Data keys on the cluster, so that every instance has them: each generation of a key in a stream of its own, which is destroyed by a
 * tombstone. The server then gives its content to nobody and never takes the name again; the bytes are gone from its disks with the next
 * scavenge, and from its backups when they are.
 */
export const clusterKeys = ({ connection: { client, credentials }, names, patience }: ClusterKeysParts): KeyStore => {
  const nameOf = (stream: string, generation: number): string => names.own(`key-${generation}-${stream}`);
  const options = { ...credentials, requiresLeader: true };

  /** Bytes of the one event of a stream; null when it was destroyed, undefined when there never was one. */
  const read = (name: string): Promise<Uint8Array | null | undefined> =>
    askUntilAnswered(patience, () =>
      collect(client.readStream(name, { maxCount: 1, direction: FORWARDS, fromRevision: START, ...options }), patience.oneTry)
        .then(([event]) => event?.event?.data as Uint8Array | undefined)
        .catch((error: unknown) => {
          if (isNotFound(error)) return undefined;
          if (isDeleted(error)) return null;
          throw error;
        }));

  /** @returns false when the stream has something already, or had */
  const write = (name: string, type: string, data: Uint8Array): Promise<boolean> => {
    // the same id for the same content: a repeat whose first try was written is known for what it is
    const event = binaryEvent({ id: idOf(name, data), type, data }) as EventData;
    return askUntilAnswered(patience, () => client.appendToStream(name, [event], { expectedRevision: NO_STREAM, deadline: patience.oneTry, ...options })
      .then(() => true)
      .catch((error: unknown) => {
        if (faultOf(error) === 'conflict' || isDeleted(error)) return false;
        throw error;
      }));
  };

  return {
    async get(stream) {
      const keys: WrappedKey[] = [];
      // there is one as a rule; the second is asked for along with it, to know that it is the last
      for (let generation = 1; ; generation += 2) {
        const found = await Promise.all([read(nameOf(stream, generation)), read(nameOf(stream, generation + 1))]);
        for (const [index, wrapped] of found.entries()) {
          if (wrapped === undefined) return keys;
          keys.push({ generation: generation + index, wrapped: wrapped ?? undefined });
        }
      }
    },
    put: (stream, generation, wrapped) => write(nameOf(stream, generation), 'DataKeyKept', wrapped),
    async destroy(stream) {
      for (const { generation, wrapped } of await this.get(stream)) {
        if (!wrapped) continue;
        await askUntilAnswered(patience, () => client.tombstoneStream(nameOf(stream, generation), { expectedRevision: ANY, deadline: patience.oneTry, ...options })
          .catch((error: unknown) => { if (!isDeleted(error)) throw error; }));
      }
    },
    async checkValue(offered) {
      const name = names.own('key-check');
      if (await this.isEmpty()) await write(name, 'KeyCheckKept', Buffer.from(offered, 'utf8'));
      return Buffer.from((await read(name))!).toString('utf8');
    },
    isEmpty: async () => (await read(names.own('key-check'))) === undefined,
    async close() {
      // the connection is the store's
    },
  };
};

/** UUID (RFC 9562, version 8) from what is kept where. */
const idOf = (name: string, data: Uint8Array): string => {
  const digest = createHash('sha256').update(name).update('\0').update(data).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-9${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
};
