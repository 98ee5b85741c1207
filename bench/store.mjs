import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../dist/store/sqlite/sqliteStore.js';
import { writerFile } from '../dist/writerFile.js';
import { appendRows, timed } from './appends.mjs';

/** Figures of the embedded store: appends are durable (synchronous = FULL) and update the read models; replay reads and parses. */
export const rows = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tanager-bench-'));
  const { store, rebuild } = await openSqliteStore({ folder, writer: writerFile });
  const measured = [];
  try {
    measured.push(...await appendRows(store, 'durable appends'));
    const replayed = await timed(async () => {
      let count = 0;
      for (let after = 0; ; ) {
        const page = await store.readAll(after, 1000);
        if (page.next === after) return count;
        for (const { data, meta: about } of page.records) {
          JSON.parse(data);
          JSON.parse(about);
          count++;
        }
        after = page.next;
      }
    });
    measured.push({ name: 'replay: events read and parsed', value: Math.round(replayed), unit: 'events/s' });
    const { projections } = await import('../dist/projections/index.js');
    const rebuilt = await timed(() => rebuild(() => ({}), projections.map(({ name }) => name)));
    measured.push({ name: 'rebuild of all projections', value: Math.round(rebuilt), unit: 'events/s' });
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
  return measured;
};
