import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Tanager } from '../../../src/app.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { asAdmin, contextOf, hotp, newTransactionId, rfcKey, secret, startService } from '../../fixtures/service.js';
import { Screen, tanager, type Shown } from '../screen.js';

/** A data folder on disk, the service on it, and the command line beside it. */
const place = temporaryFolder();
const env = { TANAGER_DATA_DIR: place };
const start = (): Promise<Tanager> => startService({ TANAGER_STORE: 'sqlite', ...env });
const replay = (...words: string[]): Promise<Shown> => tanager(['audit', 'replay', ...words], env);

let service: Tanager | undefined;
let transactionId: string;
beforeAll(async () => {
  service = await start();
  const { tokens, authenticate } = service.application;
  await tokens.enrol({ serial: 'SMS1', login: 'hans', phone: '+4915112345678', pin: secret('1234'), seed: secret(rfcKey), description: 'his own' }, asAdmin());
  const challenged = await authenticate.check({ login: 'hans', pass: secret('1234'), newTransactionId }, contextOf());
  if (challenged.kind !== 'challenged') throw new Error(challenged.kind);
  ({ transactionId } = challenged);
  await authenticate.check({ login: 'hans', transactionId, pass: secret('000000'), newTransactionId }, contextOf());
});
afterAll(() => service?.close());
const stop = async (): Promise<void> => {
  await service?.close();
  service = undefined;
};

test('while the service runs', async () => {
  const { code, out, err } = await replay('--serial', 'SMS1');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('owner              hans in realm1');
  expect(out).toContain('phone              +4915112345678');
  expect(out).toContain('wrong attempts     1 of 10');
  expect(out).toMatch(new RegExp(`${transactionId}\\n +issued .* by user from 192\\.0\\.2\\.7, with the right PIN`));
  expect(out).toContain('status       open: its code is good');
});

test('an answer of another process is seen by the next reading, and earlier instants stay what they were', async () => {
  const before = new Date().toISOString();
  while (new Date().toISOString() === before) await new Promise(setImmediate);
  const answered = await service!.application.authenticate.check({ login: 'hans', transactionId, pass: secret(hotp(1)), newTransactionId }, contextOf());
  expect(answered.kind).toBe('accepted');
  const report = JSON.parse((await replay('--stream', 'token-SMS1', '--json')).out) as { challenges: unknown[]; events: { type: string }[]; revision: number };
  expect(report.challenges).toMatchObject([{ transactionId, status: 'answered', delivery: 'sent', attempts: [{ reason: 'wrong-code', counted: true }] }]);
  expect(report.events.at(-1)).toMatchObject({ type: 'ChallengeAnswered', client: '192.0.2.7', correlationId: transactionId });
  expect((await replay('--serial', 'SMS1', '--until', before)).out).toContain('status       open: its code is good');
  expect((await replay('--serial', 'SMS1', '--until-revision', '0')).out).toContain('No challenges');
});

test('other streams, all streams, and what is not there', async () => {
  const account = await replay('--stream', 'account-admin');
  expect(account.out).toMatch(/^Stream account-admin: 2 of 2 events\n\n(.*\n)+.*PasswordSet passwordHash=\*\*\*\n$/);
  const all = await replay('--limit', '2', '--json');
  expect((JSON.parse(all.out) as { events: { type: string }[] }).events.map(({ type }) => type)).toEqual(['AttemptRejected', 'ChallengeAnswered']);
  expect((await replay()).out).toContain('AccountCreated');
  expect((await replay('--until', '2001-01-01')).out).toBe('No events\n');
  expect(await replay('--serial', 'SMS2')).toEqual({ code: 3, out: '', err: 'tanager: there is no stream token-SMS2\n' });
  expect(await replay('--serial', 'SMS1', '--until', '2001-01-01')).toEqual({ code: 3, out: '', err: 'tanager: every event of token-SMS1 is later\n' });
});

test('no secret is shown', async () => {
  const shown = [await replay(), await replay('--serial', 'SMS1'), await replay('--serial', 'SMS1', '--json'), await replay('--json')].map(({ out }) => out).join('');
  expect(shown).toContain('***');
  for (const secretText of [rfcKey, 'argon2', hotp(1), '1234"', 'adminpw12', 's1.1.']) expect(shown).not.toContain(secretText);
});

test('tail follows, sleeps, and goes on after a restart of the service', async () => {
  const screen = new Screen(env);
  const done = screen.run('audit', 'tail', '--json', '--last', '1');
  await screen.shows('ChallengeAnswered');
  await service!.application.tokens.disable('SMS1', asAdmin());
  await screen.shows('TokenDisabled');
  await stop();
  service = await start();
  await service.application.tokens.enable('SMS1', asAdmin());
  await screen.shows('TokenEnabled');
  screen.stop();
  expect(await done).toMatchObject({ code: 0, err: '' });
  const positions = screen.out.trim().split('\n').map((line) => (JSON.parse(line) as { position: number }).position);
  expect(positions).toEqual(positions.map((_, place) => positions[0]! + place));
});

test('tail of one stream, and from a position', async () => {
  const one = new Screen(env);
  const ofOne = one.run('audit', 'tail', '--stream', 'account-admin', '--from', '1');
  await one.shows('PasswordSet');
  one.stop();
  await ofOne;
  expect(one.out.trim().split('\n').map((line) => line.trim().split(/ {2,}/)[2])).toEqual(['account-admin', 'account-admin']);
  const all = new Screen(env);
  const ofAll = all.run('audit', 'tail', '--from', '2', '--json');
  await all.shows('TokenEnabled');
  all.stop();
  await ofAll;
  expect(JSON.parse(all.out.split('\n')[0]!)).toMatchObject({ position: 2, type: 'PasswordSet' });
});

test('tail shows what is sealed after an erasure, though it had read the stream before', async () => {
  const screen = new Screen(env);
  const done = screen.run('audit', 'tail', '--serial', 'SMS1', '--last', '1');
  await screen.shows('TokenEnabled');
  await service!.application.tokens.erase('SMS1', asAdmin());
  await service!.application.tokens.enrol({ serial: 'SMS1', phone: '+4915199999999', renew: true }, asAdmin());
  await screen.shows('phone=+4915199999999');
  screen.stop();
  expect((await done).code).toBe(0);
  const { out } = await replay('--serial', 'SMS1');
  expect(out).toContain('phone=(erased)');
  expect(out).not.toMatch(/hans|4915112345678/);
});

test('when the service is stopped', async () => {
  await stop();
  const { code, out } = await replay('--serial', 'SMS1');
  expect(code).toBe(0);
  expect(out).toContain('PersonErased');
  // and a service can start again on what a reader has looked at
  service = await start();
  expect(await service.application.queries.hasAccounts()).toBe(true);
});

describe('a folder that cannot be read is refused with a reason', () => {
  const broken = temporaryFolder();
  const copied = (): Record<string, string> => {
    rmSync(broken, { recursive: true, force: true });
    mkdirSync(broken);
    for (const file of readdirSync(place).filter((name) => /^(events|keys)\.db(-wal)?$|^master\.key$/.test(name))) copyFileSync(join(place, file), join(broken, file));
    return { TANAGER_DATA_DIR: broken };
  };
  const shown = (change: Record<string, string>) => tanager(['audit', 'replay'], change);

  test('none was copied badly', async () => {
    expect(await shown(copied())).toMatchObject({ code: 0, err: '' });
  });
  test('nothing there', async () => {
    const folder = join(broken, 'none');
    expect(await shown({ TANAGER_DATA_DIR: folder })).toEqual({ code: 1, out: '', err: `tanager: there are no events in ${folder}: the service was never started there (TANAGER_DATA_DIR is ${folder})\n` });
    expect(existsSync(folder)).toBe(false);
  });
  test('another store', async () => {
    expect((await shown({ TANAGER_STORE: 'memory' })).err).toBe('tanager: TANAGER_STORE is memory: its events are gone with the service\n');
    const unreadable = await shown({ TANAGER_STORE: 'esdb://root:changeit@one:two' });
    expect(unreadable.err).toContain('TANAGER_STORE: must have hosts with their ports');
    expect(unreadable.err).not.toContain('changeit');
  });
  test('the wrong master key', async () => {
    expect(await shown({ ...copied(), TANAGER_MASTER_KEY: '00'.repeat(32) })).toMatchObject({ code: 1, err: expect.stringContaining('the master key is not the one') as string });
  });
  test('no master key: none is made', async () => {
    const change = copied();
    rmSync(join(broken, 'master.key'));
    expect(await shown(change)).toMatchObject({ code: 1, err: expect.stringContaining('is missing') as string });
    expect(existsSync(join(broken, 'master.key'))).toBe(false);
  });
  test('a master key that others can read', async () => {
    const change = copied();
    chmodSync(join(broken, 'master.key'), 0o644);
    expect(await shown(change)).toMatchObject({ code: 1, err: expect.stringContaining('chmod 600') as string });
  });
  test('no data keys', async () => {
    const change = copied();
    rmSync(join(broken, 'keys.db'));
    expect(await shown(change)).toMatchObject({ code: 1, err: expect.stringContaining('the data keys are missing') as string });
  });
  test('events that somebody has changed', async () => {
    const change = copied();
    const db = new Database(join(broken, 'events.db'));
    db.exec("DROP TRIGGER events_do_not_change; UPDATE events SET data = replace(data, 's1.1.', 's1.2.') WHERE type = 'TokenEnrolled'");
    db.close();
    expect(await shown(change)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^tanager: reading stopped: sealed field phone of event [0-9a-f-]{36} was tampered with or moved\n$/) as string });
    expect((await shown({ ...change, TANAGER_LOG_LEVEL: 'debug' })).err).toMatch(/\n +at /);
  });
  test.each(['events.db', 'keys.db'])('%s is no database', async (file) => {
    const change = copied();
    rmSync(join(broken, `${file}-wal`), { force: true });
    writeFileSync(join(broken, file), 'no database at all, but long enough to be looked at by SQLite as a header of one hundred bytes ....');
    expect(await shown(change)).toMatchObject({ code: 1, err: expect.stringContaining('cannot be read: file is not a database') as string });
  });
});
