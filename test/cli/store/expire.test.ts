import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { tokenStream } from '../../../src/events/token.js';
import { MasterKey } from '../../../src/security/masterKey.js';
import { sqliteKeys } from '../../../src/security/sqliteKeys.js';
import { openVault } from '../../../src/security/vault.js';
import { openDirectly } from '../../../src/store/eventstoredb/directStore.js';
import { Journal, type AnyDraft } from '../../../src/store/journal.js';
import { openSqliteStore } from '../../../src/store/sqlite/sqliteStore.js';
import { startEventStoreDb, type EventStoreDbServer } from '../../fixtures/eventstoredb/server.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { asAdmin, contextOf, newTransactionId, secret, startService } from '../../fixtures/service.js';
import { writerFile } from '../../fixtures/writerFile.js';
import { enrolled } from '../audit/recorded.js';
import { tanager, type Shown } from '../screen.js';

jest.setTimeout(60_000);
const masterKey = Buffer.alloc(32, 3);
const TANAGER_STREAM_PREFIX = `expire-${randomUUID()}-`;
const [source, archive] = [temporaryFolder(), temporaryFolder()];

// cleaning up is something that only the stand-in can be told to do
let server: EventStoreDbServer;
beforeAll(async () => { server = await startEventStoreDb(); });
afterAll(() => server.stop());

const env = () => ({ TANAGER_MASTER_KEY: masterKey.toString('hex'), TANAGER_DATA_DIR: source, TANAGER_STORE: server.connectionString, TANAGER_STREAM_PREFIX });
const copy = (from: string, to: string, ...more: string[]): Promise<Shown> => tanager(['store', 'copy', '--from', from, '--to', to, '--json', ...more], env());
const expire = (...more: string[]): Promise<Shown> => tanager(['store', 'expire', '--archived-in', archive, '--older-than', '400d', '--json', ...more], env());
const parsed = (shown: Shown, code = 0): Record<string, unknown> => {
  expect(shown).toMatchObject({ code, err: '' });
  return JSON.parse(shown.out) as Record<string, unknown>;
};

/** Writes events as of a day, into the embedded store that is then copied to the cluster. */
const write = async (day: string, ...streams: (readonly [string, ...AnyDraft[]])[]): Promise<void> => {
  const { store } = await openSqliteStore({ folder: source, writer: writerFile, now: () => new Date(`${day}T12:00:00Z`) });
  const opened = await openVault({ master: new MasterKey(masterKey), keys: sqliteKeys(join(source, 'keys.db')) });
  if (opened.kind === 'refused') throw new Error(opened.message);
  const journal = new Journal(store, opened.vault, 'instance-1');
  for (const [stream, ...drafts] of streams) expect(await journal.append(stream, 'any', drafts, contextOf())).toMatchObject({ kind: 'appended' });
  await store.close();
  await opened.vault.close();
};

const refused = (day: string): readonly [string, AnyDraft] => [`refusals-${day}`, { type: 'AuthenticationRefused', data: { reason: 'unknown-user', login: 'nobody' } }];
const meeting = (rule: string) => ({ rule, eventId: 'e', eventType: 'TokenLocked', eventPosition: 1, subject: 'token-SMS1', subjectRevision: 0 });
const due = (rule: string): AnyDraft => ({ type: 'NotificationDue', data: meeting(rule) });
const today = new Date().toISOString().slice(0, 10);

const inCluster = async (stream: string): Promise<number> => {
  const { store } = openDirectly({ connectionString: server.connectionString, prefix: TANAGER_STREAM_PREFIX });
  const found = await store.readStream(stream, 0, 100);
  await store.close();
  return found.length;
};

test('what is old, over and archived is deleted and written down; what hangs together stays', async () => {
  await write('2025-01-10',
    [tokenStream('SMS1'), enrolled], refused('2025-01-10'), ['transaction-1', { type: 'TransactionWon', data: { serial: 'SMS1' } }],
    ['notification-e1-told', due('told'), { type: 'NotificationParked', data: { reason: 'the rule was removed' } }], ['notification-e2-open', due('open')],
    ['notification-rule-told', { type: 'NotificationRuleRemoved', data: {} }]);
  await write(today, refused(today), ['transaction-2', { type: 'TransactionWon', data: { serial: 'SMS1' } }]);
  parsed(await copy('sqlite', server.connectionString));
  parsed(await copy(server.connectionString, `sqlite:${archive}`));
  // something old that the archive does not have yet
  await write('2025-01-11', refused('2025-01-11'));
  parsed(await copy('sqlite', server.connectionString));

  const wouldBe = parsed(await expire('--dry-run'), 1);
  expect(wouldBe).toMatchObject({ dryRun: true, streams: 3, events: 4, families: { refusals: 1, transaction: 1, notification: 1 }, newest: '2025-01-10T12:00:00.000Z' });
  expect(wouldBe['staying']).toEqual([{ stream: 'refusals-2025-01-11', reason: 'its event 0 is not in the archive as it is on the cluster' }]);
  expect(await inCluster('transaction-1')).toBe(1);
  expect(readdirSync(archive).filter((file) => file.startsWith('expired-'))).toEqual([]);

  const done = parsed(await expire(), 1);
  expect(done).toEqual({ ...wouldBe, dryRun: false, olderThan: expect.any(String) as string });
  for (const gone of ['refusals-2025-01-10', 'transaction-1', 'notification-e1-told']) expect([gone, await inCluster(gone)]).toEqual([gone, 0]);
  for (const stays of ['token-SMS1', `refusals-${today}`, 'transaction-2', 'notification-e2-open', 'notification-rule-told', 'refusals-2025-01-11']) expect([stays, await inCluster(stays)]).toEqual([stays, 1]);

  const told = JSON.parse((await tanager(['audit', 'replay', '--stream', 'retention', '--json'], env())).out) as { events: { data: { digest: string } }[] };
  expect(told.events).toMatchObject([{ type: 'StreamsExpired', actor: { kind: 'system', name: 'store expire' }, data: { streams: 3, events: 4, newest: '2025-01-10T12:00:00.000Z' } }]);
  const { digest } = told.events[0]!.data;
  const list = readFileSync(join(archive, `expired-${digest}.txt`));
  expect(createHash('sha256').update(list).digest('hex')).toBe(digest);
  expect(list.toString().split('\n').map((line) => line.split('\t').slice(0, 2))).toEqual([['refusals-2025-01-10', '0'], ['transaction-1', '0'], ['notification-e1-told', '1'], ['']]);
  expect(statSync(join(archive, `expired-${digest}.txt`)).mode & 0o777).toBe(0o600);
});

test('the archive goes on, before the cluster is cleaned up and after it', async () => {
  const before = parsed(await copy(server.connectionString, `sqlite:${archive}`));
  expect(before).toMatchObject({ copied: 2, keys: expect.any(Number) as number });
  expect(parsed(await expire())).toMatchObject({ streams: 1, families: { refusals: 1 }, staying: [] });
  expect(parsed(await expire())).toMatchObject({ streams: 0, events: 0, staying: [] });
  expect(await server.control.scavenge()).toBeGreaterThan(0);
  expect(parsed(await copy(server.connectionString, `sqlite:${archive}`))).toMatchObject({ copied: 1, expired: 1 });
  expect(parsed(await copy(server.connectionString, `sqlite:${archive}`, '--verify-only'))).toMatchObject({ expired: 1 });
  // the server keeps the last event of each deleted stream; into an empty store goes what there is
  expect(parsed(await copy(server.connectionString, `sqlite:${temporaryFolder()}/fresh`))).toMatchObject({ expired: 1 });
  expect(parsed(await expire())).toMatchObject({ streams: 0, staying: [] });
  // what was deleted can still be read, sealed fields and all
  const replayed = await tanager(['audit', 'replay', '--stream', 'refusals-2025-01-10'], { ...env(), TANAGER_STORE: 'sqlite', TANAGER_DATA_DIR: archive });
  expect(replayed.out).toContain('login=nobody');
});

test('an instance that begins with the shortened log works, and its trail tells what is gone', async () => {
  const service = await startService({ ...env(), TANAGER_DATA_DIR: temporaryFolder() });
  const { tokens, authenticate, trail, notifications } = service.application;
  await tokens.enrol({ serial: 'SMS9', login: 'hans', phone: '+4915112345678', pin: secret('1234') }, asAdmin());
  expect(await authenticate.check({ login: 'hans', pass: secret('1234'), newTransactionId }, contextOf())).toMatchObject({ kind: 'challenged' });
  const { events } = await trail.page({}, { limit: 1000, order: 'asc' });
  expect(events.filter(({ type }) => type === 'StreamsExpired')).toHaveLength(2);
  expect(events.filter(({ stream }) => stream === 'notification-e1-told').map(({ type }) => type)).toEqual(['NotificationParked']);
  expect((await trail.page({ stream: 'transaction-1' }, { limit: 10, order: 'desc' })).events).toEqual([]);
  expect((await notifications.queries.notifications({}, 10)).map(({ id }) => id)).toEqual([]);
  await service.close();
});

test.each([
  [['--archived-in', '/x'], {}, 2, '--older-than is missing'],
  [['--older-than', '400d'], {}, 2, '--archived-in is missing'],
  [['--older-than', '59d', '--archived-in', '/x'], {}, 2, '--older-than must be a number of days from 60d on'],
  [['--older-than', 'a year', '--archived-in', '/x'], {}, 2, '--older-than must be a number of days'],
  [['--older-than', '60d', '--archived-in', '/x'], { TANAGER_STORE: 'sqlite' }, 1, 'events of the embedded store are never deleted'],
  [['--older-than', '60d', '--archived-in', '/x'], {}, 1, 'there are no events in /x'],
  [['--older-than', '60d', '--archived-in', archive], { TANAGER_MASTER_KEY: '00'.repeat(32) }, 1, 'the archive was sealed under another master key'],
  [['--older-than', '60d', '--archived-in', archive], { TANAGER_STREAM_PREFIX: 'nobody-' }, 1, 'no service has ever run on this cluster with this prefix'],
] as const)('refused: %s %s', async (words, change, code, said) => {
  const shown = await tanager(['store', 'expire', ...words], { ...env(), ...change });
  expect(shown).toMatchObject({ code, out: '' });
  expect(shown.err).toContain(said);
});
