import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Tanager } from '../../../src/app.js';
import { eventStoreDbForTests } from '../../fixtures/eventstoredb/forTests.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { asAdmin, contextOf, hotp, newTransactionId, rfcKey, secret, startService } from '../../fixtures/service.js';
import { tanager, type Shown } from '../screen.js';

jest.setTimeout(60_000);
const server = eventStoreDbForTests();
const masterKey = Buffer.alloc(32, 3).toString('base64');

const start = (folder: string, env: Record<string, string>): Promise<Tanager> => startService({ TANAGER_STORE: 'sqlite', TANAGER_DATA_DIR: folder, TANAGER_MASTER_KEY: masterKey, ...env });

test('there and back: the service works on either side, and the way back gives the same log', async () => {
  const [old, instance, back] = [temporaryFolder(), temporaryFolder(), join(temporaryFolder(), 'back')];
  const TANAGER_STREAM_PREFIX = `copy-${randomUUID()}-`;
  const env = { TANAGER_MASTER_KEY: masterKey, TANAGER_DATA_DIR: old, TANAGER_STREAM_PREFIX };
  const copy = (from: string, to: string, ...more: string[]): Promise<Shown> => tanager(['store', 'copy', '--from', from, '--to', to, '--json', ...more], env);
  const answered = (shown: Shown): Record<string, unknown> & { sha256: { source: string; target: string } } => {
    expect(shown).toMatchObject({ code: 0, err: '' });
    return JSON.parse(shown.out) as ReturnType<typeof answered>;
  };

  // a code under way, a person erased and enrolled anew
  const embedded = await start(old, {});
  const { tokens, authenticate } = embedded.application;
  await tokens.enrol({ serial: 'SMS1', login: 'hans', phone: '+4915112345678', pin: secret('1234'), seed: secret(rfcKey) }, asAdmin());
  await tokens.enrol({ serial: 'SMS2', login: 'ann', phone: '+4915100000000', pin: secret('5678') }, asAdmin());
  await tokens.erase('SMS2', asAdmin());
  await tokens.enrol({ serial: 'SMS2', login: 'ann', phone: '+4915100000001', pin: secret('5678'), renew: true }, asAdmin());
  const challenged = await authenticate.check({ login: 'hans', pass: secret('1234'), newTransactionId }, contextOf());
  if (challenged.kind !== 'challenged') throw new Error(challenged.kind);
  await embedded.close();

  const there = answered(await copy('sqlite', server.connectionString));
  expect(there).toMatchObject({ before: 0, later: 0, expired: 0, destroyedKeys: 1, from: `sqlite:${old}` });
  expect(answered(await copy('sqlite', server.connectionString))).toMatchObject({ before: there['events'], copied: 0, sha256: there.sha256 });
  // before anything happens on the cluster, the way back is a copy of what was copied
  expect(answered(await copy(server.connectionString, `sqlite:${back}`))).toMatchObject({ events: there['events'], keys: there['keys'], sha256: there.sha256 });

  const shared = await start(instance, { TANAGER_STORE: server.connectionString, TANAGER_STREAM_PREFIX });
  const login = await shared.application.authenticate.check({ login: 'hans', transactionId: challenged.transactionId, pass: secret(hotp(1)), newTransactionId }, contextOf());
  expect(login).toMatchObject({ kind: 'accepted', serial: 'SMS1' });
  const next = await shared.application.authenticate.check({ login: 'hans', pass: secret('1234'), newTransactionId }, contextOf());
  if (next.kind !== 'challenged') throw new Error(next.kind);
  const { events: [issued] } = await shared.application.trail.page({ stream: 'token-SMS1', types: ['ChallengeIssued'] }, { limit: 1, order: 'desc' });
  await shared.application.tokens.erase('SMS2', asAdmin());
  await shared.close();

  const verified = await copy(server.connectionString, 'sqlite', '--verify-only');
  expect(verified).toMatchObject({ code: 1, out: '' });
  const home = answered(await copy(server.connectionString, 'sqlite'));
  expect(home).toMatchObject({ before: there['events'], destroyedKeys: 2 });
  expect(home.sha256.source).toBe(home.sha256.target);
  expect(answered(await copy(server.connectionString, 'sqlite', '--verify-only')).sha256).toEqual(home.sha256);

  const again = await start(old, {});
  const { authenticate: answers, queries } = again.application;
  expect(await answers.check({ login: 'hans', transactionId: next.transactionId, pass: secret(hotp(Number(issued!.data['counter']))), newTransactionId }, contextOf())).toMatchObject({ kind: 'accepted' });
  expect(await queries.tokens({ owner: { login: 'hans', realm: 'realm1' } })).toMatchObject({ count: 1 });
  await again.close();
});

test('an archive of a cluster grows with it', async () => {
  const archive = temporaryFolder();
  const TANAGER_STREAM_PREFIX = `copy-${randomUUID()}-`;
  const env = { TANAGER_MASTER_KEY: masterKey, TANAGER_STREAM_PREFIX };
  const service = await start(temporaryFolder(), { TANAGER_STORE: server.connectionString, TANAGER_STREAM_PREFIX });
  const copy = (): Promise<Shown> => tanager(['store', 'copy', '--from', 'store', '--to', `sqlite:${archive}`], { ...env, TANAGER_STORE: server.connectionString });
  expect(await copy()).toMatchObject({ code: 0, err: '' });
  await service.application.tokens.enrol({ serial: 'SMS1', login: 'hans', phone: '+4915112345678', pin: secret('1234') }, asAdmin());
  expect((await copy()).out).toMatch(/^Copied 3 events from .*; 2 were there before\n/);
  await service.close();
  const db = new Database(join(archive, 'events.db'), { readonly: true });
  expect(db.prepare('SELECT position FROM events ORDER BY position').pluck().all()).toEqual([1, 2, 3, 4, 5]);
  db.close();
  const audit = await tanager(['audit', 'replay', '--serial', 'SMS1'], { ...env, TANAGER_DATA_DIR: archive });
  expect(audit.out).toContain('phone              +4915112345678');
});

test('a cluster on which another log lies is refused, and so is one that is not there', async () => {
  const [folder, TANAGER_STREAM_PREFIX] = [temporaryFolder(), `copy-${randomUUID()}-`];
  await (await start(folder, {})).close();
  await (await start(temporaryFolder(), { TANAGER_STORE: server.connectionString, TANAGER_STREAM_PREFIX })).close();
  const env = { TANAGER_MASTER_KEY: masterKey, TANAGER_DATA_DIR: folder };
  const refused = await tanager(['store', 'copy', '--from', 'sqlite', '--to', server.connectionString, '--prefix', TANAGER_STREAM_PREFIX], env);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toContain('the target is not the beginning of the source');
  const other = await tanager(['store', 'copy', '--from', 'sqlite', '--to', server.connectionString, '--prefix', TANAGER_STREAM_PREFIX], { ...env, TANAGER_MASTER_KEY: Buffer.alloc(32, 4).toString('hex') });
  expect(other.err).toContain(`sqlite:${folder} was sealed under another master key`);
  expect((await tanager(['store', 'copy', '--from', server.connectionString, '--to', server.connectionString], env)).err).toContain('are the same store');
});
