import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, streamNameFilter, type Position } from '@eventstore/db-client';
import { follow } from '../../fixtures/eventstoredb/client.js';
import { startEventStoreDb, type EventStoreDbOptions } from '../../fixtures/eventstoredb/server.js';

const credentials = { username: 'admin', password: 'changeit' };
const events = (count: number) => Array.from({ length: count }, () => jsonEvent({ id: randomUUID(), type: 'Happened', data: {} }));

/** Checkpoints of a subscription to something that is not there: over 25 events that were there before it, and 12 that come after. */
const checkpointsOf = async (options: EventStoreDbOptions) => {
  const server = await startEventStoreDb(options);
  const client = EventStoreDBClient.connectionString(server.connectionString);
  const { position: start } = await client.appendToStream('looked-at', events(1), { credentials });
  const { position: last } = await client.appendToStream('looked-at', events(25), { credentials });
  const { end } = await server.control.state();
  const reached: Position[] = [];
  const filter = streamNameFilter({ prefixes: ['wanted'], maxSearchWindow: 5, checkpointInterval: 2, checkpointReached: async (_, at) => { reached.push(at); } });
  const subscription = follow(client.subscribeToAll({ fromPosition: start!, filter, credentials }));
  if (options.caughtUp !== false) await subscription.caughtUp; else await subscription.confirmed;
  await client.appendToStream('looked-at', events(12), { credentials });
  await client.appendToStream('wanted', events(1), { credentials });
  await subscription.next(1);
  const wanted = subscription.seen[0]!.event!.position;
  await client.dispose();
  await server.stop();
  return { reached, last: last!, end: BigInt(end), wanted: wanted! };
};

describe('checkpoints of the stand-in for EventStoreDB', () => {
  it('come by their interval, and when the subscription goes live', async () => {
    const { reached, last, wanted } = await checkpointsOf({});
    expect(reached).toHaveLength(4);
    expect(reached[2]).toEqual(last);
    expect(reached.every(({ commit, prepare }) => commit === prepare && commit < wanted.commit)).toBe(true);
    expect([...reached].sort((a, b) => Number(a.commit - b.commit))).toEqual(reached);
  });
  it('come by their interval only, from an old server', async () => {
    const { reached, last } = await checkpointsOf({ checkpoints: 'interval', caughtUp: false });
    expect(reached).toHaveLength(3);
    expect(reached).not.toContainEqual(last);
  });
  it('may be ahead of the last event', async () => {
    const { reached, end } = await checkpointsOf({ checkpoints: 'ahead' });
    expect(reached[2]).toEqual({ commit: end, prepare: 0n });
  });
});

describe('the process of the stand-in for EventStoreDB', () => {
  it('ends when its input ends, even if whoever started it has been killed', async () => {
    const starter = spawn(process.execPath, ['--input-type=module', '-e', `
      const { startEventStoreDb } = await import(${JSON.stringify(join(__dirname, '../../fixtures/eventstoredb/server.js'))});
      const { ports } = await startEventStoreDb();
      console.log(ports[0]);
      setInterval(() => undefined, 1000);
    `], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = await once(starter.stdout, 'data') as [Buffer];
    const exited = once(starter, 'exit');
    starter.kill('SIGKILL');
    await exited;
    const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port.toString().trim()}?tls=false`);
    const gone = async (): Promise<void> => {
      try { await client.appendToStream('still-there', events(1), { credentials }); } catch { return; }
      return gone();
    };
    await gone();
    await client.dispose();
  });
});
