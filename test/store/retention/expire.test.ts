import { createHash } from 'node:crypto';
import type { RetentionDraft } from '../../../src/events/retention.js';
import { memoryKeys } from '../../../src/security/memoryKeys.js';
import { openMemoryStore } from '../../../src/store/memory/memoryStore.js';
import type { StoredRecord } from '../../../src/store/port.js';
import { expire, type ExpiringParts } from '../../../src/store/retention/expire.js';
import { lookForExpiring, type Expiring, type Staying } from '../../../src/store/retention/lookForExpiring.js';
import { record } from '../../fixtures/record.js';

const streams: readonly Expiring[] = [
  { stream: 'transaction-1', lastRevision: 0, lastId: 'a', events: 1, newest: '2025-01-02T00:00:00.000Z' },
  { stream: 'refusals-2025-01-01', lastRevision: 4, lastId: 'b', events: 5, newest: '2025-01-01T00:00:00.000Z' },
];

const parts = (change: Partial<ExpiringParts> = {}) => {
  const steps: string[] = [];
  let draft: RetentionDraft | undefined;
  const all: ExpiringParts = {
    olderThan: '2025-02-01T00:00:00.000Z', archive: 'the-archive',
    keepList: (digest, text) => void steps.push(`list ${digest === createHash('sha256').update(text).digest('hex')} ${text.split('\n').length - 1}`),
    record: async (written) => { draft = written; steps.push('event'); },
    deleteStream: async (stream, revision) => { steps.push(`delete ${stream} ${revision}`); return true; },
    ...change,
  };
  return { all, steps, draft: () => draft };
};

test('first the list, then the event, then the streams', async () => {
  const { all, steps, draft } = parts();
  expect(await expire(all, streams)).toEqual([]);
  expect(steps).toEqual(['list true 2', 'event', 'delete transaction-1 0', 'delete refusals-2025-01-01 4']);
  expect(draft()?.data).toMatchObject({ streams: 2, events: 6, olderThan: '2025-02-01T00:00:00.000Z', newest: '2025-01-02T00:00:00.000Z', archive: 'the-archive' });
});

test('nothing is deleted that could not be written down', async () => {
  const { all, steps } = parts({ record: () => Promise.reject(new Error('disk full')) });
  await expect(expire(all, streams)).rejects.toThrow('disk full');
  expect(steps).toEqual(['list true 2']);
});

test('what got an event meanwhile stays', async () => {
  const { all } = parts({ deleteStream: async (stream) => stream !== 'transaction-1' });
  expect(await expire(all, streams)).toEqual(['transaction-1']);
});

describe('looking', () => {
  const log = () => ({ store: openMemoryStore().store, keys: memoryKeys() });
  const look = async (cluster: ReturnType<typeof log>, archive: ReturnType<typeof log>, isEnded = (_: string, __: readonly StoredRecord[]) => true) => {
    const [expiring, staying]: [string[], Staying[]] = [[], []];
    for await (const found of lookForExpiring({ cluster, archive, olderThan: '2025-02-01T00:00:00.000Z', isEnded, progress: () => undefined })) {
      expiring.push(...found.expiring.map(({ stream }) => stream));
      staying.push(...found.staying);
    }
    return { expiring, staying };
  };
  const old = () => record({ recordedAt: '2025-01-01T00:00:00.000Z' });
  const young = () => record({ recordedAt: '2025-02-01T00:00:00.001Z' });

  it('passes over what is young, in part or in whole, what is not over, and what state hangs on', async () => {
    const [cluster, archive] = [log(), log()];
    for (const [stream, ...records] of [['refusals-a', old(), old()], ['refusals-b', old(), young()], ['transaction-c', young()], ['token-d', old()], ['notification-rule-e', old()], ['notification-f', old()]] as const) {
      for (const { store } of [cluster, archive]) await store.append(stream, 'none', records);
    }
    expect(await look(cluster, archive, (stream) => stream !== 'notification-f')).toEqual({ expiring: ['refusals-a'], staying: [] });
  });

  it('keeps what the archive does not have just so', async () => {
    const [cluster, archive] = [log(), log()];
    const [changed, longer] = [old(), old()];
    await cluster.store.append('refusals-changed', 'none', [changed]);
    await archive.store.append('refusals-changed', 'none', [{ ...changed, data: '{}' }]);
    await cluster.store.append('refusals-longer', 'none', [longer, old()]);
    await archive.store.append('refusals-longer', 'none', [longer]);
    await cluster.store.append('refusals-missing', 'none', [old()]);
    const sealed = old();
    for (const { store } of [cluster, archive]) await store.append('refusals-sealed', 'none', [sealed]);
    await cluster.keys.put('refusals-sealed', 1, Buffer.from('key'));
    expect(await look(cluster, archive)).toEqual({
      expiring: [],
      staying: [
        { stream: 'refusals-changed', reason: 'its event 0 is not in the archive as it is on the cluster' },
        { stream: 'refusals-longer', reason: 'its event 1 is not in the archive as it is on the cluster' },
        { stream: 'refusals-missing', reason: 'its event 0 is not in the archive as it is on the cluster' },
        { stream: 'refusals-sealed', reason: 'its data keys are not in the archive as they are on the cluster' },
      ],
    });
  });
});
