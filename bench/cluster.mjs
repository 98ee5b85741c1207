import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, filter } from 'rxjs';
import { projections } from '../dist/projections/index.js';
import { openEventStoreDb } from '../dist/store/eventstoredb/eventStoreDbStore.js';
import { startEventStoreDb } from '../test/fixtures/eventstoredb/server.js';
import { appendRows, life } from './appends.mjs';
import { closedLoop, percentile, prepare, start, startGateway } from './load.mjs';

const seconds = 6;

/**
 * Figures of the store on a cluster. The server is the one that TANAGER_TEST_ESDB names, or else the stand-in of the tests, a program of
 * JavaScript on this very machine: with it the figures say what this service needs, not what a cluster can do.
 */
export const rows = async () => {
  const real = process.env.TANAGER_TEST_ESDB;
  const server = real ? { connectionString: real, stop: async () => undefined } : await startEventStoreDb();
  const folders = [];
  const folder = () => { folders.push(mkdtempSync(join(tmpdir(), 'tanager-bench-'))); return folders.at(-1); };
  try {
    return [...await storeRows(server.connectionString, folder), ...await loginRows(server.connectionString, folder)];
  } finally {
    await server.stop();
    for (const each of folders) rmSync(each, { recursive: true, force: true });
  }
};

const storeRows = async (connectionString, folder) => {
  const prefix = `bench-${randomUUID()}-`;
  const open = async () => {
    const opened = await openEventStoreDb({ connectionString, prefix, folder: folder(), projections });
    await opened.follow(() => ({}));
    return opened;
  };
  const [writing, other] = [await open(), await open()];
  const measured = await appendRows(writing.store, 'cluster: appends that the instance has seen');
  const lags = await lagsUnderLoad(writing, other);
  const began = performance.now();
  const late = await open();
  const events = (await late.readModels.get('SELECT sum(revision + 1) AS n FROM {tokens}')).n;
  measured.push(
    { name: 'cluster: from an append until another instance has it, p50', value: percentile(lags, 0.5), unit: 'ms' },
    { name: '… p99', value: percentile(lags, 0.99), unit: 'ms' },
    { name: 'cluster: a new instance catches up', value: events / ((performance.now() - began) / 1000), unit: 'events/s' },
  );
  await Promise.all([writing, other, late].map(({ store }) => store.close()));
  return measured;
};

/** How long it takes from the beginning of an append until another instance has the event, while twenty others append. */
const lagsUnderLoad = async (writing, other) => {
  const lags = [];
  const append = async (stream) => {
    for (const [number, one] of life().entries()) await writing.store.append(stream, number === 0 ? 'none' : number - 1, [one]);
  };
  let measuring = true;
  const others = Array.from({ length: 20 }, async () => { while (measuring) await append(`token-${randomUUID()}`); });
  for (let n = 0; n < 200; n++) {
    const stream = `token-${randomUUID()}`;
    const seen = firstValueFrom(other.changed.pipe(filter((change) => change.stream === stream))).then(() => performance.now());
    const began = performance.now();
    await writing.store.append(stream, 'none', [life()[0]]);
    lags.push((await seen) - began);
  }
  measuring = false;
  await Promise.all(others);
  return lags;
};

const loginRows = async (connectionString, folder) => {
  const gateway = await startGateway();
  const environment = { TANAGER_STORE: connectionString, TANAGER_STREAM_PREFIX: `bench-${randomUUID()}-`, TANAGER_MASTER_KEY: randomBytes(32).toString('base64') };
  const first = await start('service.mjs', folder(), environment);
  let second;
  try {
    await prepare(first.base, gateway);
    // every PIN is checked once by each
    await closedLoop([first.base], gateway.texts, seconds);
    const one = await closedLoop([first.base], gateway.texts, seconds);
    second = await start('service.mjs', folder(), environment);
    await closedLoop([second.base], gateway.texts, seconds);
    const two = await closedLoop([first.base, second.base], gateway.texts, seconds);
    return [
      { name: 'cluster: complete logins, 1 instance', value: one.rate, unit: '1/s' },
      { name: '… answer, p50', value: percentile(one.answers, 0.5), unit: 'ms' },
      { name: 'cluster: complete logins, 2 instances in turn', value: two.rate, unit: '1/s' },
      { name: '… answer, p50', value: percentile(two.answers, 0.5), unit: 'ms' },
    ];
  } finally {
    await first.stop();
    await second?.stop();
    gateway.close();
  }
};
