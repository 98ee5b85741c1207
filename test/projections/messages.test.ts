import Database from 'better-sqlite3';
import { messageAt, messagesProjection, messageWithId } from '../../src/projections/messages.js';
import { openReadModels } from '../../src/projections/readModels.js';
import { readModelsView } from '../../src/projections/readModelsView.js';
import { record } from '../fixtures/record.js';

describe('the messages that receipts are about', () => {
  let db: Database.Database;
  let position: number;
  beforeEach(() => {
    db = new Database(':memory:');
    position = 0;
    models = openReadModels(db, [messagesProjection], 0);
  });
  afterEach(() => db.close());
  let models: ReturnType<typeof openReadModels>;

  const happened = (type: string, data: object, recordedAt = '2026-01-01T00:00:00.000Z', stream = 'token-T1'): void => {
    position += 1;
    db.transaction(() => {
      models.apply({ record: { ...record({ type, data: JSON.stringify(data) }), stream, revision: position - 1, position, recordedAt }, index: {} });
      models.moveTo(position);
    })();
  };
  const sent = (transactionId: string, messageId?: string, recordedAt?: string) => happened('SmsDispatched', { transactionId, gateway: 'a', messageId }, recordedAt);
  const withId = (id: string, gateway = 'a') => messageWithId(readModelsView(db), gateway, id);
  const at = (part: string, gateway = 'a') => messageAt(readModelsView(db), 'token-T1', part, gateway);
  const count = () => readModelsView(db).get<{ n: number }>('SELECT count(*) AS n FROM {messages}')!.n;

  test('are found by the id of their gateway and by their place', () => {
    sent('t1', 'm1');
    sent('t2');
    const message = { stream: 'token-T1', part: 't1', gateway: 'a' };
    expect([withId('m1'), at('t1'), at('t2')]).toEqual([message, message, { ...message, part: 't2' }]);
    expect([withId('m1', 'b'), withId('m2'), at('t1', 'b'), at('t3')]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('are those, too, of which nobody knows whether they were sent; not those that were not', () => {
    happened('SmsDispatchFailed', { transactionId: 't1', gateway: 'a', outcome: 'unknown', reason: 'r', final: true });
    happened('SmsDispatchFailed', { transactionId: 't2', gateway: 'a', outcome: 'rejected', reason: 'r', final: true });
    expect([at('t1'), at('t2')]).toEqual([expect.anything(), undefined]);
  });

  test('keep the last word, which may come before the message', () => {
    happened('SmsUndelivered', { transactionId: 't1', gateway: 'a' });
    sent('t1', 'm1');
    expect(withId('m1')).toMatchObject({ receipt: 'undelivered' });
    happened('SmsDelivered', { transactionId: 't1', gateway: 'a' });
    expect(withId('m1')).toMatchObject({ receipt: 'delivered' });
  });

  test('of an id that came twice, the later one is meant', () => {
    sent('t1', '17', '2026-01-01T00:00:00.000Z');
    sent('t2', '17', '2026-01-02T00:00:00.000Z');
    expect(withId('17')).toMatchObject({ part: 't2' });
  });

  test('are forgotten after 30 days, a few with each that comes', () => {
    for (let n = 0; n < 25; n++) sent(`old${n}`, `o${n}`);
    sent('t1', 'm1', '2026-01-30T23:59:59.000Z');
    expect(count()).toBe(26);
    sent('t2', 'm2', '2026-01-31T00:00:01.000Z');
    expect(count()).toBe(17);
    sent('t3', 'm3', '2026-02-01T00:00:00.000Z');
    sent('t4', 'm4', '2026-02-01T00:00:00.000Z');
    expect(count()).toBe(4);
  });
});
