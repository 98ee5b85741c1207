import { checkAt, enrolAt, startInstances, type Instance } from '../fixtures/instances.js';
import { asAdmin, TestClock } from '../fixtures/service.js';
import { define, trail, until } from '../reactors/notify/stage.js';

describe('several instances that watch one store', () => {
  let stage: Awaited<ReturnType<typeof startInstances>>;
  let clock: TestClock;
  let here: Instance;
  let there: Instance;
  beforeEach(async () => {
    clock = new TestClock();
    stage = await startInstances(2, clock);
    [here, there] = stage.instances as [Instance, Instance];
  });
  afterEach(() => stage.stop());

  const rule = { events: ['TokenLocked'], channel: { kind: 'sms', gateways: ['first', 'second'] }, to: 'token', text: '{serial} was locked' };
  const lock = async (instance: Instance): Promise<string> => {
    const serial = await enrolAt(instance);
    await instance.application.tokens.adjust(serial, { maxFail: 1 }, asAdmin());
    await checkAt(instance, serial, 'wrong');
    return serial;
  };
  const kinds = async (instance: Instance) => (await trail(instance)).map(({ type }) => type);
  const count = (all: readonly string[], type: string) => all.filter((one) => one === type).length;

  it('tell of each event once', async () => {
    await define(here, 'locked', rule);
    const serials: string[] = [];
    for (let n = 0; n < 6; n++) serials.push(await lock(n % 2 ? here : there));
    await until(here, 'sent', serials.length);
    expect(stage.first.requests.map(({ fields }) => fields['text']).sort()).toEqual(serials.map((serial) => `${serial} was locked`).sort());
    const all = await kinds(there);
    expect([count(all, 'NotificationDue'), count(all, 'NotificationSent'), count(all, 'NotificationFailed')]).toEqual([6, 6, 0]);
  });

  it('keep to the limits of a rule together', async () => {
    await define(here, 'locked', { ...rule, limits: { perHour: 3, perTokenPerHour: 3 } });
    for (let n = 0; n < 6; n++) await lock(n % 2 ? here : there);
    await until(here, 'suppressed', 3);
    await until(here, 'sent', 3);
    expect(stage.first.requests).toHaveLength(3);
  });

  it('take over what one had in hand that died, when its lease has run out', async () => {
    await define(here, 'locked', rule);
    stage.first.answer({ hang: true });
    await lock(here);
    await stage.first.next();
    const [holder, survivor] = (await trail(here)).find(({ type }) => type === 'NotificationClaimed')!.origin === (await nameOf(here)) ? [here, there] : [there, here];
    holder.way.die();
    stage.first.answer({});
    clock.advance(60);
    await until(survivor, 'sent');
    expect(count(await kinds(survivor), 'NotificationClaimed')).toBe(2);
    expect(stage.first.requests).toHaveLength(2);
  });

  /** The name under which an instance writes. */
  const nameOf = async (instance: Instance): Promise<string> => {
    const serial = await enrolAt(instance);
    return (await there.application.trail.page({ stream: `token-${serial}` }, { limit: 1, order: 'asc' })).events[0]!.origin;
  };

  describe('write down that a code ran out', () => {
    const expiries = async (serial: string) => {
      const { events } = await there.application.trail.page({ stream: `token-${serial}`, types: ['ChallengeExpired'] }, { limit: 10, order: 'asc' });
      return events.map(({ origin }) => origin);
    };
    const written = async (serial: string): Promise<readonly string[]> => {
      for (;;) {
        const origins = await expiries(serial);
        if (origins.length > 0) return origins;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };

    it('once, the one that issued it first', async () => {
      const serial = await enrolAt(here);
      await checkAt(here, serial, 'pin');
      clock.advance(301);
      expect(await written(serial)).toEqual([await nameOf(here)]);
      clock.advance(60);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      expect(await expiries(serial)).toHaveLength(1);
    });

    it('another, when that one is dead', async () => {
      const serial = await enrolAt(here);
      await checkAt(here, serial, 'pin');
      const dead = await nameOf(here);
      here.way.die();
      clock.advance(311);
      expect(await written(serial)).not.toEqual([dead]);
    });
  });
});
