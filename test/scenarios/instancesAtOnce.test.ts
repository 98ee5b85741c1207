import { receiptOf, startSmsc } from '../fixtures/smsc.js';
import { checkAt, enrolAt, startInstances, type Instance } from '../fixtures/instances.js';
import { asAdmin, contextOf, hotp, newTransactionId, secret } from '../fixtures/service.js';

describe('fifty at once, over two instances', () => {
  let stage: Awaited<ReturnType<typeof startInstances>>;
  let instances: [Instance, Instance];
  beforeAll(async () => {
    stage = await startInstances(2);
    instances = stage.instances as [Instance, Instance];
  });
  afterAll(() => stage.stop());

  const fifty = <T>(work: (instance: Instance, n: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 50 }, (_, n) => work(instances[n % 2]!, n)));
  const challenge = async (serial: string): Promise<string> => {
    const outcome = await checkAt(instances[0], serial, 'pin');
    return outcome.kind === 'challenged' ? outcome.transactionId : '';
  };
  const happened = async (serial: string) => {
    const { events } = await instances[1].application.trail.page({ stream: `token-${serial}`, types: ['AttemptRejected', 'ChallengeAnswered', 'TokenLocked'] }, { limit: 200, order: 'asc' });
    return events.map(({ type, data }) => (type === 'AttemptRejected' ? String(data['reason']) : type));
  };
  const count = (all: readonly string[], one: string) => all.filter((each) => each === one).length;
  const wrong = (n: number) => String((Number(hotp(1)) + 1 + n) % 1_000_000).padStart(6, '0');

  it.each([
    ['by transaction', (serial: string, transactionId: string) => (instance: Instance) => checkAt(instance, serial, hotp(1), { transactionId })],
    ['with the PIN', (serial: string) => (instance: Instance) => checkAt(instance, serial, `pin${hotp(1)}`)],
  ])('one of the right answers %s is taken', async (_, answer) => {
    const serial = await enrolAt(instances[0]);
    const outcomes = await fifty(answer(serial, await challenge(serial)));
    expect(count(outcomes.map(({ kind }) => kind), 'accepted')).toBe(1);
    expect(count(await happened(serial), 'ChallengeAnswered')).toBe(1);
  });

  it.each([
    ['by transaction', (serial: string, transactionId: string) => (instance: Instance, n: number) => checkAt(instance, serial, wrong(n), { transactionId })],
    ['with the PIN', (serial: string) => (instance: Instance, n: number) => checkAt(instance, serial, `pin${wrong(n)}`)],
    ['of PINs', (serial: string) => (instance: Instance, n: number) => checkAt(instance, serial, `wrong${n}`)],
    ['alone', (serial: string) => (instance: Instance, n: number) =>
      instance.application.authenticate.check({ serial, only: 'otp', pass: secret(wrong(n)), newTransactionId }, contextOf())],
  ])('ten of the wrong guesses %s are told to be wrong, and the token is locked', async (_, guess) => {
    const serial = await enrolAt(instances[0]);
    const outcomes = await fifty(guess(serial, await challenge(serial)));
    expect(outcomes.every(({ kind }) => kind === 'refused')).toBe(true);
    const all = await happened(serial);
    expect(count(all, 'wrong-code') + count(all, 'wrong-pin')).toBe(10);
    expect(count(all, 'TokenLocked')).toBe(1);
    expect(await checkAt(instances[1], serial, `pin${hotp(1)}`)).toMatchObject({ kind: 'refused', reason: 'locked' });
  });

  it('one of two tokens wins, whose right codes come at once to different instances', async () => {
    const serial = await enrolAt(instances[0]);
    await instances[1].application.tokens.enrol({ serial: `${serial}-2`, login: serial, phone: '+491701', pin: secret('pin'), seed: secret('31'.repeat(20)) }, asAdmin());
    const transactionId = await challenge(serial);
    const codes = [hotp(1), hotp(1, '31'.repeat(20))];
    const outcomes = await fifty((instance, n) => checkAt(instance, serial, codes[n % 2]!, { transactionId }));
    expect(count(outcomes.map(({ kind }) => kind), 'accepted')).toBe(1);
  });
});

it('a gateway that listens does so on every instance, as soon and as long as one of them defines it; a receipt is taken wherever it comes', async () => {
  const stage = await startInstances(2);
  const [here, there] = stage.instances as [Instance, Instance];
  const smsc = await startSmsc({ onSubmit: () => ({ id: 'm-1' }) });
  try {
    await here.application.gateways.define({ name: 'line', kind: 'smpp', written: { options: { host: '127.0.0.1', port: smsc.port, systemId: 'tanager', password: 'hunter22', receipts: true } } }, asAdmin());
    await smsc.bound(2);
    await here.application.settings.change([{ key: 'sms.identifier', value: 'line' }, { key: 'sms.wait', value: '3000' }], asAdmin());
    const serial = await enrolAt(here);
    for (const instance of [here, there]) expect(await checkAt(instance, serial, 'pin')).toMatchObject({ kind: 'challenged', challenges: [{ delivery: 'sent' }] });
    expect(await smsc.deliver(receiptOf('m-1', 'DELIVRD'))).toMatchObject({ command_status: 0 });
    const { events } = await there.application.trail.page({ stream: `token-${serial}`, types: ['SmsDelivered'] }, { limit: 10, order: 'asc' });
    expect(events).toHaveLength(1);
    const closed = Promise.all(smsc.sessions.map(({ socket }) => new Promise((resolve) => socket.once('close', resolve))));
    await there.application.gateways.remove('line', asAdmin());
    await closed;
    expect(smsc.sessions).toHaveLength(2);
  } finally {
    await stage.stop();
    await smsc.close();
  }
});
