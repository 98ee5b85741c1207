import { lastEvents, replayStream } from '../../../src/cli/audit/replay.js';
import { tokenText } from '../../../src/cli/audit/tokenText.js';
import type { TokenReport } from '../../../src/cli/audit/tokenReport.js';
import { admin, enrolled, issued, lifeOfAToken, recording, user, type Recording } from './recorded.js';

const now = new Date('2026-03-01T11:00:00.000Z');
const at = (minutes: string): string => `2026-03-01T10:${minutes}.000Z`;
const reportOf = async (log: Recording, extent: Parameters<typeof replayStream>[2] = {}, when = now): Promise<TokenReport> => {
  const replay = await replayStream(log, 'token-SMS1', extent, when);
  if (replay.kind !== 'token') throw new Error(replay.kind);
  return replay.report;
};

let log: Recording;
beforeAll(async () => {
  log = await lifeOfAToken();
});

test('a fresh token', async () => {
  const { token, challenges, events, asOf, revision, lastRevision } = await reportOf(log, { until: at('00:30') });
  expect(token).toMatchObject({
    state: 'active', failCount: 0, maxFail: 3, owner: { login: 'hans', realm: 'staff', resolver: 'passwd' }, phone: '+4915112345678', pinSet: true, digits: 6, counter: 0,
    enrolledAt: at('00:00'), assignedAt: at('00:00'), successes: 0,
  });
  expect({ challenges, count: events.length, asOf, revision, lastRevision }).toEqual({ challenges: [], count: 3, asOf: at('00:30'), revision: 2, lastRevision: 15 });
});

test('a challenge between issue and answer, and after it', async () => {
  const open = await reportOf(log, { until: at('02:00') });
  expect(open.token.failCount).toBe(1);
  expect(open.challenges).toEqual([{
    transactionId: '1001', counter: 1, issuedAt: at('01:00'), issuedBy: { kind: 'user' }, client: '192.0.2.7', trigger: 'pin', expiresAt: at('06:00'), status: 'open', statusRecorded: true,
    delivery: 'sent',
    sends: [{ at: at('01:01'), type: 'SmsDispatched', by: { kind: 'system', name: 'dispatchSms' }, gateway: 'main', messageId: 'm-1' }],
    attempts: [{ at: at('02:00'), type: 'AttemptRejected', by: { kind: 'user' }, client: '192.0.2.7', reason: 'wrong-code', counted: true }],
  }]);
  const answered = await reportOf(log, { until: at('02:30') });
  expect(answered.challenges[0]).toMatchObject({ status: 'answered', ended: { at: at('02:30'), type: 'ChallengeAnswered', client: '192.0.2.7' } });
  expect(answered.token).toMatchObject({ failCount: 0, successes: 1, lastSuccessAt: at('02:30') });
});

test('a code is dead at the instant of its expiry, recorded or not', async () => {
  const statusAt = async (until: string) => (await reportOf(log, { until })).challenges[1];
  expect(await statusAt('2026-03-01T10:14:59.999Z')).toMatchObject({ status: 'open' });
  expect(await statusAt(at('15:00'))).toMatchObject({ status: 'expired', statusRecorded: false });
  expect(await statusAt(at('20:00'))).toMatchObject({ status: 'superseded', statusRecorded: true, ended: { type: 'ChallengeIssued', at: at('20:00') } });
});

test('what became of each send', async () => {
  const [, second] = (await reportOf(log, { until: at('11:00') })).challenges;
  expect(second).toMatchObject({ delivery: 'sent', sends: [{ gateway: 'main', outcome: 'unavailable', reason: 'connection refused' }, { gateway: 'spare', type: 'SmsDispatched' }] });
});

test('what a gateway said later of an SMS, however late', async () => {
  const told = await recording();
  const gateway = { kind: 'system', name: 'gateway main' } as const;
  await told.token('00:00', admin, enrolled);
  await told.token('01:00', user, issued('1001', 1, '06:00'));
  await told.token('01:01', { kind: 'system' }, { type: 'SmsDispatched', data: { transactionId: '1001', gateway: 'main', messageId: 'm-1' } });
  await told.token('01:30', gateway, { type: 'SmsUndelivered', data: { transactionId: '1001', gateway: 'main', detail: 'EXPIRED' } });
  await told.token('50:00', gateway, { type: 'SmsDelivered', data: { transactionId: '1001', gateway: 'main' } });
  expect((await reportOf(told, { until: at('02:00') })).challenges[0]).toMatchObject({ delivery: 'sent', receipt: 'undelivered' });
  const report = await reportOf(told);
  expect(report.challenges[0]).toMatchObject({ delivery: 'sent', receipt: 'delivered' });
  const text = tokenText(report);
  expect(text).toMatch(/delivery +sent; it has arrived\n/);
  expect(text).toContain(`${at('01:30')} main says that it will not arrive: EXPIRED\n`);
  expect(text).toContain(`${at('50:00')} main says that it has arrived\n`);
});

test('locked since the attempt that was one too many', async () => {
  expect((await reportOf(log)).token).toMatchObject({ state: 'locked', lockedSince: at('20:12'), failCount: 3 });
  expect((await reportOf(log, { until: at('20:11') })).token).toMatchObject({ state: 'active', failCount: 2 });
});

test('up to a revision: as of that event', async () => {
  const report = await reportOf(log, { untilRevision: 3 });
  expect(report).toMatchObject({ asOf: at('01:00'), revision: 3, challenges: [{ status: 'open', delivery: 'pending' }] });
});

test('an old challenge that the state has forgotten stays in the history', async () => {
  const long = await recording();
  await long.token('00:00', admin, enrolled);
  for (let counter = 1; counter <= 40; counter++) {
    await long.token('01:00', user, issued(`t${counter}`, counter, '02:00'));
    await long.token('01:00', user, { type: 'ChallengeCancelled', data: { transactionId: `t${counter}`, why: 'administrator' } });
  }
  const { challenges } = await reportOf(long);
  expect(challenges).toHaveLength(40);
  expect(challenges.every(({ status }) => status === 'cancelled')).toBe(true);
});

test('deleting a token puts an end to what was open', async () => {
  const short = await recording();
  await short.token('00:00', admin, enrolled, issued('1', 1, '05:00'));
  await short.token('01:00', admin, { type: 'TokenDeleted', data: {} });
  const report = await reportOf(short);
  expect(report.token.state).toBe('deleted');
  expect(report.challenges).toMatchObject([{ status: 'discarded', statusRecorded: true, ended: { type: 'TokenDeleted', by: admin } }]);
  expect(tokenText(report)).toContain('worth nothing any more: TokenDeleted');
});

test('an erased person shows as such, before and after', async () => {
  const gone = await lifeOfAToken();
  await gone.vault.destroy('token-SMS1');
  await gone.token('30:00', admin, { type: 'PersonErased', data: {} });
  const before = await reportOf(gone, { until: at('05:00') });
  expect(before.token).toMatchObject({ owner: { login: '(erased)', realm: 'staff' }, phone: '(erased)' });
  expect(before.challenges[0]).toMatchObject({ status: 'answered', client: '(erased)' });
  const after = await reportOf(gone);
  expect(after.token.state).toBe('erased');
  expect(after.token.owner).toBeUndefined();
  expect(after.events.at(-1)).toMatchObject({ type: 'PersonErased', client: '192.0.2.7' });
  expect(JSON.stringify(after) + tokenText(before)).not.toMatch(/hans|\+49/);
});

test('a clock that went back is told of, and the order of revisions holds', async () => {
  const odd = await recording();
  await odd.token('10:00', admin, enrolled);
  await odd.token('05:00', admin, { type: 'TokenDisabled', data: {} });
  expect((await reportOf(odd)).warnings).toEqual(['revision 1 has an earlier time than the one before it: a clock went back']);
  expect(await replayStream(odd, 'token-SMS1', { until: at('06:00') }, now)).toEqual({ kind: 'nothing', exists: true });
});

test('no secret is in any form of the report', async () => {
  const report = await reportOf(log);
  for (const form of [JSON.stringify(report), tokenText(report)]) {
    expect(form).toContain('hans');
    expect(form).not.toMatch(/3132333435|argon2|s1\.1\.|Your code/);
  }
});

test('other streams are shown event by event, unknown ones are not there', async () => {
  expect(await replayStream(log, 'settings', {}, now)).toMatchObject({ kind: 'stream', lastRevision: 0, events: [{ type: 'SettingChanged', data: { value: 'Code: <otp>' } }] });
  expect(await replayStream(log, 'token-SMS2', {}, now)).toEqual({ kind: 'nothing', exists: false });
});

test('the last events of all streams, up to an instant', async () => {
  const positions = async (until: string | undefined, limit: number) => (await lastEvents(log, until, limit)).map(({ position }) => position);
  expect(await positions(undefined, 3)).toEqual([15, 16, 17]);
  expect(await positions(at('03:00'), 2)).toEqual([7, 8]);
  expect(await positions(at('02:59'), 100)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(await positions('2026-02-01T00:00:00.000Z', 5)).toEqual([]);
});

test('in plain words', async () => {
  expect(tokenText(await reportOf(log, { until: at('16:30') }))).toBe(`Token SMS1 as of 2026-03-01T10:16:30.000Z
5 later events not looked at; last: revision 10, position 12

  state              active
  wrong attempts     0 of 3
  owner              hans in staff (passwd), since 2026-03-01T10:00:00.000Z
  phone              +4915112345678
  PIN                set
  realms             staff
  codes              6 digits, sha1, counter at 2
  successful logins  1, the last at 2026-03-01T10:02:30.000Z
  enrolled           2026-03-01T10:00:00.000Z

Challenges (2)

  1001
    issued       2026-03-01T10:01:00.000Z by user from 192.0.2.7, with the right PIN
    expires      2026-03-01T10:06:00.000Z
    status       answered at 2026-03-01T10:02:30.000Z by user from 192.0.2.7
    delivery     sent
                 2026-03-01T10:01:01.000Z main took it as message m-1
    turned down  2026-03-01T10:02:00.000Z wrong-code by user from 192.0.2.7, counted
    counter      1

  1002
    issued       2026-03-01T10:10:00.000Z by user from 192.0.2.7, with the right PIN
    expires      2026-03-01T10:15:00.000Z
    status       expired since 2026-03-01T10:15:00.000Z, not recorded yet
    delivery     sent
                 2026-03-01T10:10:02.000Z main unavailable: connection refused
                 2026-03-01T10:10:03.000Z spare took it as message m-1
    turned down  2026-03-01T10:16:00.000Z expired by user from 192.0.2.7, not counted
    counter      2

Events (11)

  position  rev  recorded at               who                  from       what
         1    0  2026-03-01T10:00:00.000Z  administrator admin  192.0.2.7  TokenEnrolled seed=*** digits=6 algorithm=sha1 phone=+4915112345678 dynamicPhone=false maxFail=3 realms=[staff]
         2    1  2026-03-01T10:00:00.000Z  administrator admin  192.0.2.7  TokenAssigned login=hans realm=staff resolver=passwd
         3    2  2026-03-01T10:00:00.000Z  administrator admin  192.0.2.7  PinSet pinHash=***
         4    3  2026-03-01T10:01:00.000Z  user                 192.0.2.7  ChallengeIssued transactionId=1001 counter=1 expiresAt=2026-03-01T10:06:00.000Z trigger=pin gateways=[main,spare] supersedes=[] siblings=[SMS1] leaseUntil=2026-03-01T10:06:00.000Z text=***
         5    4  2026-03-01T10:01:01.000Z  system dispatchSms   -          SmsDispatched transactionId=1001 gateway=main messageId=m-1
         6    5  2026-03-01T10:02:00.000Z  user                 192.0.2.7  AttemptRejected reason=wrong-code via=transaction transactionId=1001 counted=true
         7    6  2026-03-01T10:02:30.000Z  user                 192.0.2.7  ChallengeAnswered transactionId=1001 counter=1 via=transaction
         9    7  2026-03-01T10:10:00.000Z  user                 192.0.2.7  ChallengeIssued transactionId=1002 counter=2 expiresAt=2026-03-01T10:15:00.000Z trigger=pin gateways=[main,spare] supersedes=[] siblings=[SMS1] leaseUntil=2026-03-01T10:15:00.000Z text=***
        10    8  2026-03-01T10:10:02.000Z  system dispatchSms   -          SmsDispatchFailed transactionId=1002 gateway=main outcome=unavailable reason="connection refused" final=false
        11    9  2026-03-01T10:10:03.000Z  system dispatchSms   -          SmsDispatched transactionId=1002 gateway=spare messageId=m-1
        12   10  2026-03-01T10:16:00.000Z  user                 192.0.2.7  AttemptRejected reason=expired via=transaction transactionId=1002 counted=false
`);
});
