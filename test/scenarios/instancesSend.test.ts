import { filter, firstValueFrom, from, mergeMap } from 'rxjs';
import type { GatewayServer } from '../fixtures/gatewayServer.js';
import { checkAt, enrolAt, startInstances, type Instance } from '../fixtures/instances.js';
import { asAdmin, hotp, TestClock } from '../fixtures/service.js';

/** Longer than the lease on a send through both gateways. */
const leaseIsOver = 60;

describe('several instances that send from one store', () => {
  let stage: Awaited<ReturnType<typeof startInstances>>;
  let clock: TestClock;
  beforeEach(async () => {
    clock = new TestClock();
    stage = await startInstances(3, clock);
  });
  afterEach(() => stage.stop());

  const happened = async (serial: string, { application }: Instance = stage.instances[2]!) => {
    const { events } = await application.trail.page({ stream: `token-${serial}`, types: ['ChallengeIssued', 'SendClaimed', 'SmsDispatched', 'SmsDispatchFailed'] }, { limit: 100, order: 'asc' });
    return events.map(({ type, data }) => [type, data['gateway'], data['outcome']].filter(Boolean).join(' '));
  };
  /** Waits until that many events of a type stand in the token's stream. */
  const until = (serial: string, type: string, count = 1): Promise<readonly string[]> => firstValueFrom(stage.store.head.pipe(
    mergeMap(() => from(happened(serial))), filter((all) => all.filter((one) => one.startsWith(type)).length >= count)));
  /** As long as it takes every instance to look at least once for what is to be sent. */
  const everybodyLooked = () => new Promise((resolve) => setTimeout(resolve, 1100));
  const texts = (server: GatewayServer) => server.requests.map(({ fields }) => fields['text']);

  const diesWhenIssuing: Instance['way']['mishap'] = ([{ type } = { type: '' }]) => (type === 'ChallengeIssued' ? 'dead-after' : undefined);

  it('send each SMS once', async () => {
    const serials: string[] = [];
    for (const instance of stage.instances) for (let n = 0; n < 5; n++) serials.push(await enrolAt(instance));
    // long enough for the others to come upon what is under way
    stage.first.answer({ delay: 1200 });
    await Promise.all(serials.map((serial, n) => checkAt(stage.instances[n % 3]!, serial, 'pin')));
    await Promise.all(serials.map((serial) => until(serial, 'SmsDispatched')));
    expect(stage.first.requests).toHaveLength(serials.length);
    expect(new Set(stage.first.requests.map(({ fields }) => fields['to'])).size).toBe(serials.length);
    for (const serial of serials) expect(await happened(serial)).toEqual(['ChallengeIssued', 'SmsDispatched first']);
  });

  it('send what one left behind that died before it could send, once, when its lease has run out', async () => {
    const [dying, second, third] = stage.instances as [Instance, Instance, Instance];
    const serial = await enrolAt(dying);
    dying.way.mishap = diesWhenIssuing;
    await expect(checkAt(dying, serial, 'pin')).rejects.toThrow('does not say');
    await everybodyLooked();
    expect(await happened(serial)).toEqual(['ChallengeIssued']);
    clock.advance(leaseIsOver);
    await until(serial, 'SmsDispatched');
    await everybodyLooked();
    expect(await happened(serial)).toEqual(['ChallengeIssued', 'SendClaimed', 'SmsDispatched first']);
    expect(texts(stage.first)).toEqual([hotp(1)]);
    expect(await checkAt(third, serial, `pin${hotp(1)}`)).toMatchObject({ kind: 'accepted' });
    expect(await checkAt(second, serial, `pin${hotp(1)}`)).toMatchObject({ kind: 'refused' });
  });

  it('share what one left behind that died, and each is sent by one of them', async () => {
    const [dying] = stage.instances as [Instance];
    const serials: string[] = [];
    for (let n = 0; n < 10; n++) serials.push(await enrolAt(dying));
    stage.first.answer({ hang: true });
    await Promise.all(serials.map((serial) => checkAt(dying, serial, 'pin')));
    dying.way.die();
    stage.first.answer({});
    clock.advance(leaseIsOver);
    await Promise.all(serials.map((serial) => until(serial, 'SmsDispatched')));
    await everybodyLooked();
    expect(stage.first.requests).toHaveLength(2 * serials.length);
    for (const serial of serials) expect(await happened(serial)).toEqual(['ChallengeIssued', 'SendClaimed', 'SmsDispatched first']);
  });

  it('send themselves what they were in doubt about', async () => {
    const [doubting] = stage.instances as [Instance];
    const serial = await enrolAt(doubting);
    doubting.way.mishap = ([{ type } = { type: '' }]) => (type === 'ChallengeIssued' ? 'in-doubt' : undefined);
    await expect(checkAt(doubting, serial, 'pin')).rejects.toThrow('does not say');
    expect(await until(serial, 'SmsDispatched')).toEqual(['ChallengeIssued', 'SmsDispatched first']);
  });

  it('do not send what nobody can answer any more', async () => {
    const [dying] = stage.instances as [Instance];
    const serial = await enrolAt(dying);
    dying.way.mishap = diesWhenIssuing;
    await expect(checkAt(dying, serial, 'pin')).rejects.toThrow('does not say');
    clock.advance(300);
    await everybodyLooked();
    expect([...texts(stage.first), ...texts(stage.second)]).toEqual([]);
  });

  it('begin with the same code where one died in the midst of the list', async () => {
    const [dying] = stage.instances as [Instance];
    const serial = await enrolAt(dying);
    stage.first.answerOnce({ status: 500 });
    stage.second.answerOnce({ hang: true });
    await checkAt(dying, serial, 'pin');
    await stage.second.next();
    dying.way.die();
    stage.second.release();
    clock.advance(leaseIsOver);
    expect(await until(serial, 'SmsDispatched')).toEqual(['ChallengeIssued', 'SmsDispatchFailed first rejected', 'SendClaimed', 'SmsDispatched first']);
    expect([texts(stage.first), texts(stage.second)]).toEqual([[hotp(1), hotp(1)], [hotp(1)]]);
  });

  it('send twice where one was held up until its lease was over, and say so', async () => {
    const [slow] = stage.instances as [Instance];
    const serial = await enrolAt(slow);
    stage.first.answerOnce({ hang: true });
    await checkAt(slow, serial, 'pin');
    await stage.first.next();
    clock.advance(leaseIsOver);
    await until(serial, 'SmsDispatched');
    stage.first.release();
    expect((await until(serial, 'SmsDispatch', 2)).slice(0, 3)).toEqual(['ChallengeIssued', 'SendClaimed', 'SmsDispatched first']);
    expect(texts(stage.first)).toEqual([hotp(1), hotp(1)]);
    expect(texts(stage.second)).toEqual([]);
    expect(await checkAt(slow, serial, `pin${hotp(1)}`)).toMatchObject({ kind: 'accepted' });
  });

  it('send nothing when one starts anew and reads everything again', async () => {
    const serial = await enrolAt(stage.instances[0]!);
    await checkAt(stage.instances[0]!, serial, 'pin');
    await until(serial, 'SmsDispatched');
    await stage.instances[0]!.close();
    clock.advance(leaseIsOver);
    const again = await stage.start();
    await everybodyLooked();
    expect(await happened(serial, again)).toEqual(['ChallengeIssued', 'SmsDispatched first']);
    expect(stage.first.requests).toHaveLength(1);
  });

  it('know at once of a gateway that one of them was told of', async () => {
    const [here, there] = stage.instances as [Instance, Instance];
    await here.application.settings.change([{ key: 'sms.identifier', value: 'second' }], asAdmin());
    const serial = await enrolAt(there);
    await checkAt(there, serial, 'pin');
    expect(await until(serial, 'SmsDispatched')).toEqual(['ChallengeIssued', 'SmsDispatched second']);
    expect(stage.first.requests).toHaveLength(0);
  });
});
