import { randomUUID } from 'node:crypto';
import type { Tanager } from '../../../src/app.js';
import { eventStoreDbForTests } from '../../fixtures/eventstoredb/forTests.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { asAdmin, contextOf, newTransactionId, secret, startService } from '../../fixtures/service.js';
import { Screen, tanager, type Shown } from '../screen.js';

jest.setTimeout(60_000);
// older servers do not say where in the log an event lies that is read from its stream
describe.each([false, true])('a server that says where the events of a stream lie: %s', (streamPositions) => {
  const server = eventStoreDbForTests({ streamPositions });
  const TANAGER_STREAM_PREFIX = `audit-${randomUUID()}-`;
  const TANAGER_MASTER_KEY = Buffer.alloc(32, 3).toString('base64');

  /** The auditor's machine has nothing but the connection string and the master key. */
  const env = () => ({ TANAGER_STORE: server.connectionString, TANAGER_STREAM_PREFIX, TANAGER_MASTER_KEY, TANAGER_DATA_DIR: '/nonexistent' });
  const audit = (...words: string[]): Promise<Shown> => tanager(['audit', ...words], env());
  const events = (shown: Shown): { position: number; type: string; recordedAt: string }[] => {
    expect(shown).toMatchObject({ code: 0, err: '' });
    return (JSON.parse(shown.out) as { events: { position: number; type: string; recordedAt: string }[] }).events;
  };

  let service: Tanager;
  beforeAll(async () => {
    service = await startService({ ...env(), TANAGER_DATA_DIR: temporaryFolder() });
    const { tokens, authenticate } = service.application;
    await tokens.enrol({ serial: 'SMS1', login: 'hans', phone: '+4915112345678', pin: secret('1234') }, asAdmin());
    await authenticate.check({ login: 'hans', pass: secret('wrong'), newTransactionId }, contextOf());
  });
  afterAll(() => service.close());

  test('a token is replayed from the cluster itself', async () => {
    const { code, out, err } = await audit('replay', '--serial', 'SMS1');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('owner              hans in realm1');
    expect(out).toContain('phone              +4915112345678');
    expect(out).toContain('wrong attempts     1 of 10');
    expect((await audit('replay', '--serial', 'SMS2')).code).toBe(3);
  });

  test('all streams, up to an instant, though positions have gaps', async () => {
    const all = events(await audit('replay', '--json'));
    expect(all.map(({ type }) => type)).toEqual(['AccountCreated', 'PasswordSet', 'TokenEnrolled', 'TokenAssigned', 'PinSet', 'AttemptRejected']);
    expect(events(await audit('replay', '--json', '--limit', '2'))).toEqual(all.slice(-2));
    expect(events(await audit('replay', '--json', '--until', all[4]!.recordedAt))).toEqual(all.slice(0, 5));
    expect((await audit('replay', '--until', '2001-01-01')).out).toBe('No events\n');
  });

  test('tail begins where it is told to, and follows', async () => {
    const all = events(await audit('replay', '--json'));
    const { position } = all[3]!;
    const tail = async (...words: string[]): Promise<string[]> => {
      const screen = new Screen(env());
      const done = screen.run('audit', 'tail', '--json', ...words);
      await screen.shows(all.at(-1)!.type);
      screen.stop();
      expect(await done).toMatchObject({ code: 0, err: '' });
      return screen.out.trimEnd().split('\n').map((line) => (JSON.parse(line) as { type: string }).type);
    };
    expect(await tail('--from', String(position))).toEqual(['TokenAssigned', 'PinSet', 'AttemptRejected']);
    expect(await tail('--after', String(position))).toEqual(['PinSet', 'AttemptRejected']);
    expect(await tail('--last', '2')).toEqual(['PinSet', 'AttemptRejected']);
    expect(await tail('--last', '100')).toHaveLength(6);
    expect(await tail('--serial', 'SMS1', '--last', '1')).toEqual(['AttemptRejected']);

    const screen = new Screen(env());
    const done = screen.run('audit', 'tail', '--json', '--after', String(all.at(-1)!.position));
    await service.application.tokens.disable('SMS1', asAdmin());
    await screen.shows('TokenDisabled');
    await service.application.tokens.enable('SMS1', asAdmin());
    await screen.shows('TokenEnabled');
    screen.stop();
    expect(await done).toMatchObject({ code: 0, err: '' });
  });

  test('nothing is written by reading', async () => {
    const untouched = `audit-${randomUUID()}-`;
    const shown = await tanager(['audit', 'replay'], { ...env(), TANAGER_STREAM_PREFIX: untouched });
    expect(shown).toEqual({ code: 0, out: 'No events\n', err: '' });
    const other = await tanager(['audit', 'replay'], { ...env(), TANAGER_STREAM_PREFIX: untouched, TANAGER_MASTER_KEY: Buffer.alloc(32, 4).toString('hex') });
    expect(other.out).toBe('No events\n');
    const wrongKey = await tanager(['audit', 'replay'], { ...env(), TANAGER_MASTER_KEY: Buffer.alloc(32, 4).toString('hex') });
    expect(wrongKey).toMatchObject({ code: 1, out: '' });
    expect(wrongKey.err).toContain('the master key is not the one');
  });
});
