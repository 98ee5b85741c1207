// A process that appends as fast as it can and says what was acknowledged, until it is killed. Arguments: folder, writer, appenders, round.
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../dist/store/sqlite/sqliteStore.js';

const [folder, writer, appenders, round] = process.argv.slice(2);
const { store } = await openSqliteStore({ folder, writer: new URL(writer) });
writeSync(1, 'open\n');
const appendForEver = async (number) => {
  const stream = `token-${round}-${number}`;
  for (let revision = -1; ; ) {
    const records = Array.from({ length: 1 + (number % 2) }, () => ({ id: randomUUID(), type: 'TokenEnabled', version: 1, data: '{}', meta: '{}', index: { mark: '+' } }));
    const result = await store.append(stream, revision < 0 ? 'none' : revision, records);
    if (result.kind !== 'appended') throw new Error(JSON.stringify(result));
    revision = result.revision;
    // written at once: what is in the pipe outlives the process
    writeSync(1, `ack ${stream} ${revision} ${result.position} ${records.at(-1).id}\n`);
  }
};
await Promise.all(Array.from({ length: Number(appenders) }, (_, number) => appendForEver(number)));
