import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Tanager } from '../../../src/app.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { asAdmin, contextOf, hotp, newTransactionId, rfcKey, secret, startService } from '../../fixtures/service.js';
import { tanager, type Shown } from '../screen.js';

/** Every test opens several stores on disk. */
jest.setTimeout(60_000);

const start = (folder: string, env: Record<string, string> = {}): Promise<Tanager> => startService({ TANAGER_STORE: 'sqlite', TANAGER_DATA_DIR: folder, ...env });
const copy = (folder: string, to: string, ...more: string[]): Promise<Shown> => tanager(['store', 'copy', '--from', 'sqlite', '--to', to, ...more], { TANAGER_DATA_DIR: folder });

/** A service that has somebody's code under way, and somebody who was erased. */
const fill = async ({ application: { tokens, authenticate } }: Tanager): Promise<string> => {
  await tokens.enrol({ serial: 'SMS1', login: 'hans', phone: '+4915112345678', pin: secret('1234'), seed: secret(rfcKey) }, asAdmin());
  await tokens.enrol({ serial: 'SMS2', login: 'ann', phone: '+4915100000000', pin: secret('5678') }, asAdmin());
  await tokens.erase('SMS2', asAdmin());
  await authenticate.check({ login: 'nobody', pass: secret('1234'), newTransactionId }, contextOf());
  const challenged = await authenticate.check({ login: 'hans', pass: secret('1234'), newTransactionId }, contextOf());
  if (challenged.kind !== 'challenged') throw new Error(challenged.kind);
  return challenged.transactionId;
};

test('a store is moved: who has a code under way logs in at the new place, and what was erased stays so', async () => {
  const [old, fresh] = [temporaryFolder(), join(temporaryFolder(), 'below', 'new')];
  const before = await start(old);
  const transactionId = await fill(before);
  await before.close();

  const { code, out, err } = await copy(old, `sqlite:${fresh}`);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(new RegExp(`^Copied (\\d+) events from sqlite:${old} to sqlite:${fresh}\n  events   \\1, the same in both\n  keys     \\d+, of which 1 are destroyed\n  SHA-256  ([0-9a-f]{64}) source\n           \\2 target\n$`));
  expect(statSync(fresh).mode & 0o777).toBe(0o700);
  expect(statSync(join(fresh, 'master.key')).mode & 0o777).toBe(0o600);

  const after = await start(fresh);
  const { authenticate, queries, trail } = after.application;
  expect(await authenticate.check({ login: 'hans', transactionId, pass: secret(hotp(1)), newTransactionId }, contextOf())).toMatchObject({ kind: 'accepted', serial: 'SMS1' });
  expect(await authenticate.check({ login: 'hans', pass: secret('1234'), newTransactionId }, contextOf())).toMatchObject({ kind: 'challenged' });
  expect(await queries.token('SMS1')).toMatchObject({ owner: { login: 'hans' }, phone: '+4915112345678' });
  const { events } = await trail.page({ stream: 'token-SMS2' }, { limit: 10, order: 'asc' });
  expect(events[0]!.data).toMatchObject({ phone: '(erased)' });
  await after.close();

  // nothing was sent twice: what the old service did is known to be done
  const audit = await tanager(['audit', 'replay', '--serial', 'SMS1', '--json'], { TANAGER_DATA_DIR: fresh });
  const types = (JSON.parse(audit.out) as { events: { type: string; correlationId: string }[] }).events.filter(({ correlationId }) => correlationId === transactionId).map(({ type }) => type);
  expect(types).toEqual(['ChallengeIssued', 'SmsDispatched', 'ChallengeAnswered']);
});

test('an archive is filled while the service runs, and again; an erasure reaches it; it is read as it is', async () => {
  const [live, archive] = [temporaryFolder(), temporaryFolder()];
  const service = await start(live);
  await fill(service);
  const first = await copy(live, `sqlite:${archive}`, '--json');
  expect(first.code).toBe(0);
  expect(first.err).toBe('tanager: a service runs on the source: what happens there from now on is not copied. To move it, stop the service first.\n');
  const { events } = JSON.parse(first.out) as { events: number };

  await service.application.tokens.erase('SMS1', asAdmin());
  const behind = await copy(live, `sqlite:${archive}`, '--verify-only');
  expect(behind).toMatchObject({ code: 1, out: '' });
  expect(behind.err).toContain('the data keys of token-SMS1 differ: key 1 was destroyed in the source and is alive in the target');
  const second = await copy(live, `sqlite:${archive}`, '--json');
  expect(JSON.parse(second.out)).toMatchObject({ before: events, destroyedKeys: 2, later: 0 });
  await service.close();

  expect((await copy(live, `sqlite:${archive}`)).out).toContain('Copied 0 events');
  const verified = await copy(live, `sqlite:${archive}`, '--verify-only');
  expect(verified).toMatchObject({ code: 0, err: '' });
  expect(verified.out).toMatch(/^sqlite:.* has the events of sqlite:/);
  const audit = await tanager(['audit', 'replay', '--serial', 'SMS1'], { TANAGER_DATA_DIR: archive });
  expect(audit).toMatchObject({ code: 0, err: '' });
  expect(audit.out).toContain('its person was erased');
  expect(audit.out).toContain('phone=(erased)');
});

describe('refused before anything is written', () => {
  let source: string;
  beforeAll(async () => {
    source = temporaryFolder();
    const service = await start(source);
    await fill(service);
    await service.close();
  });

  const refused = async (target: string, said: RegExp | string, ...more: string[]): Promise<void> => {
    const shown = await copy(source, target, ...more);
    expect(shown).toMatchObject({ code: 1, out: '' });
    expect(shown.err).toMatch(said);
  };

  it('the same folder, by whatever name', async () => {
    await refused('sqlite', 'source and target are the same store');
    await refused(`sqlite:${source}/../${source.split('/').at(-1)}/`, 'source and target are the same store');
  });

  it('a folder on which a service runs', async () => {
    const target = temporaryFolder();
    const service = await start(target);
    await refused(`sqlite:${target}`, /data folder .* is in use by another process/);
    await service.close();
  });

  it('a folder that was sealed under another master key', async () => {
    const target = temporaryFolder();
    await (await start(target)).close();
    await refused(`sqlite:${target}`, `sqlite:${target} was sealed under another master key`);
  });

  it('a folder in which another master key waits', async () => {
    const target = temporaryFolder();
    writeFileSync(join(target, 'master.key'), Buffer.alloc(32, 7).toString('hex'), { mode: 0o600 });
    await refused(`sqlite:${target}`, 'is another master key than');
    const db = new Database(join(target, 'events.db'), { readonly: true });
    expect(db.prepare('SELECT count(*) FROM events').pluck().get()).toBe(0);
    db.close();
  });

  it('a folder whose log is another one', async () => {
    const target = temporaryFolder();
    const key = Buffer.alloc(32, 5).toString('base64');
    const [one, other] = [temporaryFolder(), target];
    for (const folder of [one, other]) await (await start(folder, { TANAGER_MASTER_KEY: key })).close();
    const shown = await tanager(['store', 'copy', '--from', `sqlite:${one}`, '--to', `sqlite:${other}`], { TANAGER_MASTER_KEY: key });
    expect(shown).toMatchObject({ code: 1, out: '' });
    expect(shown.err).toContain('the target is not the beginning of the source: where the source has AccountCreated (account-admin, revision 0), it has');
  });

  it('a source where there is nothing, without making anything', async () => {
    const [empty, target] = [temporaryFolder(), join(temporaryFolder(), 'target')];
    const shown = await copy(empty, `sqlite:${target}`);
    expect(shown).toMatchObject({ code: 1, out: '' });
    expect(shown.err).toContain('there are no events in');
    expect(existsSync(target)).toBe(false);
    await refused(`sqlite:${target}`, 'there are no events in', '--verify-only');
    expect(existsSync(target)).toBe(false);
  });

  it('a source without its master key, or without its data keys', async () => {
    const broken = temporaryFolder();
    const TANAGER_MASTER_KEY = Buffer.alloc(32, 5).toString('base64');
    await (await start(broken, { TANAGER_MASTER_KEY })).close();
    const target = join(temporaryFolder(), 'target');
    expect((await copy(broken, `sqlite:${target}`)).err).toContain('master.key is missing');
    rmSync(join(broken, 'keys.db'));
    expect((await tanager(['store', 'copy', '--from', 'sqlite', '--to', `sqlite:${target}`], { TANAGER_DATA_DIR: broken, TANAGER_MASTER_KEY })).err).toContain('keys.db does not exist');
    expect(existsSync(target)).toBe(false);
  });
});

test.each([
  [['--to', 'sqlite'], '--from is missing'],
  [['--from', 'sqlite'], '--to is missing'],
  [['--from', 'sqlite', '--to', 'postgres://x'], '--to is no store: give sqlite, sqlite:FOLDER, esdb://... or store'],
  [['--from', 'sqlite', '--to', 'esdb://127.0.0.1:1?tls=false', '--prefix', 'a b'], '--prefix must be at most 64 letters'],
  [['--from', 'sqlite:', '--to', 'sqlite'], '--from is no store'],
])('wrong command lines: %s', async (words, said) => {
  const shown = await tanager(['store', 'copy', ...words]);
  expect(shown).toMatchObject({ code: 2, out: '' });
  expect(shown.err).toContain(said);
});
